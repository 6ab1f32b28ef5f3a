-- The last message that went to its visitor by e-mail, because they had not come back for it.
ALTER TABLE conversations ADD COLUMN mailed INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER conversation_changes;
CREATE TRIGGER conversation_changes
AFTER UPDATE OF last_at, last_kind, refused, disliked, wanted_at, lead_at, taken_by, heard, mailed ON conversations BEGIN
    UPDATE inbox SET change = change + 1;
    UPDATE conversations SET change = (SELECT change FROM inbox) WHERE id = new.id;
END;
