-- Which visitor left it; a conversation may begin after, or be another.
ALTER TABLE lead_captures ADD COLUMN visitor_id TEXT;
CREATE INDEX lead_captures_of_visitor ON lead_captures (visitor_id) WHERE visitor_id IS NOT NULL;
