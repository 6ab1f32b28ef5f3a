-- What did not help, and the passages it was made from (hashes): only another answer closes the gap.
ALTER TABLE gaps RENAME COLUMN disliked_answer TO unhelpful_answer;
ALTER TABLE gaps ADD COLUMN known TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(known));
ALTER TABLE gaps ADD COLUMN tried INTEGER;       -- the version of the knowledge it was last tried with
ALTER TABLE gaps ADD COLUMN found_answer TEXT;   -- what closed it; NULL where staff took it off the list
CREATE INDEX gaps_to_try ON gaps (tried) WHERE closed_at IS NULL;
CREATE INDEX gaps_answered ON gaps (closed_at) WHERE found_answer IS NOT NULL;

-- Passages with their scores, as in the record of the turn that it was first said in.
ALTER TABLE cached_answers ADD COLUMN passages TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(passages));

-- Gaps are tried again a minute after the last change of the knowledge. No upsert: an OR REPLACE or OR IGNORE of the
-- statement that changed it would stand in for its ON CONFLICT.
CREATE TRIGGER gaps_are_worth_another_try AFTER UPDATE ON knowledge_version
WHEN EXISTS (SELECT 1 FROM gaps WHERE closed_at IS NULL) BEGIN
    UPDATE jobs SET run_at = unixepoch() + 60 WHERE kind = 'try gaps again' AND key = 'all' AND state = 'queued';
    INSERT INTO jobs (kind, key, run_at, created_at)
        SELECT 'try gaps again', 'all', unixepoch() + 60, unixepoch() WHERE NOT EXISTS (
            SELECT 1 FROM jobs WHERE kind = 'try gaps again' AND key = 'all' AND state = 'queued'
        );
END;
