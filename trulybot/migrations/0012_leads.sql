-- Somebody who wants to hear from somebody. `email`, `phone` and `name` in their normal forms, NULL where unknown;
-- `fields` has what else the owner asks for, by name; `words` all of it in small letters, for searching.
CREATE TABLE leads (
    id TEXT PRIMARY KEY,
    email TEXT COLLATE NOCASE,
    phone TEXT,
    name TEXT,
    fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields)),
    words TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'contacted', 'qualified', 'won', 'lost')),
    created_at INTEGER NOT NULL,
    captured_at INTEGER NOT NULL        -- when they last left something
) STRICT;
CREATE UNIQUE INDEX leads_by_email ON leads (email) WHERE email IS NOT NULL;
CREATE INDEX leads_by_phone ON leads (phone) WHERE phone IS NOT NULL;
CREATE INDEX leads_by_time ON leads (captured_at, id);
CREATE INDEX leads_by_status ON leads (status);

-- Each time somebody left their details, as they wrote them. Its id is all that a visitor is told;
-- the first one's is its lead's id too.
CREATE TABLE lead_captures (
    id TEXT PRIMARY KEY,
    lead_id TEXT NOT NULL REFERENCES leads ON DELETE CASCADE,
    conversation_id TEXT REFERENCES conversations ON DELETE SET NULL,
    request TEXT UNIQUE,                -- whose Idempotency-Key it was sent under
    fields TEXT NOT NULL CHECK (json_valid(fields)),
    consent TEXT,                       -- the words they agreed to, where the owner asks for that
    page TEXT,
    locale TEXT,
    captured_at INTEGER NOT NULL
) STRICT;
CREATE INDEX lead_captures_of_lead ON lead_captures (lead_id, captured_at);
CREATE INDEX lead_captures_of_conversation ON lead_captures (conversation_id) WHERE conversation_id IS NOT NULL;

-- What was said of a lead before; the author is NULL where the visitor changed it.
CREATE TABLE lead_changes (
    id INTEGER PRIMARY KEY,
    lead_id TEXT NOT NULL REFERENCES leads ON DELETE CASCADE,
    author TEXT,
    field TEXT NOT NULL,
    was TEXT NOT NULL,
    became TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX lead_changes_of_lead ON lead_changes (lead_id, id);

CREATE TABLE lead_notes (
    id INTEGER PRIMARY KEY,
    lead_id TEXT NOT NULL REFERENCES leads ON DELETE CASCADE,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    written_at INTEGER NOT NULL
) STRICT;
CREATE INDEX lead_notes_of_lead ON lead_notes (lead_id, id);
