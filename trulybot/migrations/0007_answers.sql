-- An answer from a file that was removed or rewritten leaves a row behind, so that reading the file again does not
-- bring it back.
ALTER TABLE curated ADD COLUMN removed_at INTEGER;
ALTER TABLE curated ADD COLUMN changed_at INTEGER;
ALTER TABLE curated ADD COLUMN hits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE curated ADD COLUMN hit_at INTEGER;
CREATE INDEX curated_by_time ON curated (created_at, id) WHERE removed_at IS NULL;

-- Every way to ask for a curated answer, its own question first.
CREATE TABLE ways_of_asking (
    id INTEGER PRIMARY KEY,
    curated_id INTEGER NOT NULL REFERENCES curated ON DELETE CASCADE,
    question TEXT NOT NULL,
    normal TEXT NOT NULL,                     -- the question without case, accents and punctuation
    model TEXT,                               -- that made the vector; NULL until there is one
    signs BLOB,
    vector BLOB,                              -- little-endian float32
    UNIQUE (curated_id, normal)
) STRICT;
CREATE INDEX ways_of_asking_by_normal ON ways_of_asking (normal);
INSERT INTO ways_of_asking (curated_id, question, normal)
    SELECT id, question, lower(rtrim(question, ' ?!.')) FROM curated;
