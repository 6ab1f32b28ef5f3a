-- What a visitor thought of an answer, last.
CREATE TABLE feedback (
    turn_id TEXT PRIMARY KEY REFERENCES turns ON DELETE CASCADE,
    vote TEXT NOT NULL CHECK (vote IN ('up', 'down')),
    reason TEXT,
    given_at INTEGER NOT NULL
) STRICT;

-- `asked` is how often in all; these are the reasons.
ALTER TABLE gaps ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gaps ADD COLUMN disliked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gaps ADD COLUMN handed_over INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gaps ADD COLUMN disliked_answer TEXT;
-- Questions that mean the same: the id of the first of them; NULL until that was looked up.
ALTER TABLE gaps ADD COLUMN topic INTEGER;
ALTER TABLE gaps ADD COLUMN model TEXT;
ALTER TABLE gaps ADD COLUMN vector BLOB;
UPDATE gaps SET refused = asked;
CREATE INDEX gaps_by_topic ON gaps (topic) WHERE closed_at IS NULL;
