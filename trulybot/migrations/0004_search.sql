-- What can be found: every passage the owner did not exclude.
CREATE VIEW searchable_passages AS SELECT id, title, heading, text FROM passages WHERE excluded_at IS NULL;

-- Marks (M*) belong to words: without them the vowel signs of Hindi and Tamil would cut every word to pieces.
CREATE VIRTUAL TABLE passages_index USING fts5 (
    title, heading, text,
    content = 'searchable_passages', content_rowid = 'id',
    tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);
INSERT INTO passages_index (passages_index, rank) VALUES ('rank', 'bm25(3.0, 2.0, 1.0)');
CREATE VIRTUAL TABLE passages_stems USING fts5vocab ('passages_index', 'row');

-- One row: how much the index holds, for a term's rarity and a passage's relative length.
CREATE TABLE searchable (passages INTEGER NOT NULL, characters INTEGER NOT NULL) STRICT;
INSERT INTO searchable VALUES (0, 0);

-- The corpus' own words with their stems: the index knows stems alone. Words are added as passages are, and
-- swept at times; one whose passages are gone is recognised by its stem's count.
CREATE TABLE words (word TEXT PRIMARY KEY, stem TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX words_by_stem ON words (stem, word);

-- To count the passages of a frequent stem takes the index long, so these are counted at times and kept.
CREATE TABLE frequent_stems (stem TEXT PRIMARY KEY, passages INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- One index serves; another may be building beside it after the embedding model changed.
CREATE TABLE vector_indexes (
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL,
    dimension INTEGER NOT NULL CHECK (dimension > 0 AND dimension % 8 = 0),
    state TEXT NOT NULL CHECK (state IN ('building', 'serving')),
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX vector_indexes_by_state ON vector_indexes (state);

-- The signs of each vector, small enough to scan them all; and the vectors, read for the best of the scan only.
CREATE TABLE vector_signs (
    passage_id INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
    index_id INTEGER NOT NULL REFERENCES vector_indexes ON DELETE CASCADE,
    signs BLOB NOT NULL,
    PRIMARY KEY (passage_id, index_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE vectors (
    passage_id INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
    index_id INTEGER NOT NULL REFERENCES vector_indexes ON DELETE CASCADE,
    vector BLOB NOT NULL,                     -- little-endian float32
    PRIMARY KEY (passage_id, index_id)
) STRICT;

CREATE TRIGGER passage_becomes_searchable AFTER INSERT ON passages WHEN new.excluded_at IS NULL BEGIN
    INSERT INTO passages_index (rowid, title, heading, text) VALUES (new.id, new.title, new.heading, new.text);
    UPDATE searchable SET passages = passages + 1, characters = characters + length(new.text);
END;
CREATE TRIGGER passage_stops_being_searchable AFTER DELETE ON passages WHEN old.excluded_at IS NULL BEGIN
    INSERT INTO passages_index (passages_index, rowid, title, heading, text)
        VALUES ('delete', old.id, old.title, old.heading, old.text);
    UPDATE searchable SET passages = passages - 1, characters = characters - length(old.text);
END;
CREATE TRIGGER passage_changes_from BEFORE UPDATE OF title, heading, text, excluded_at ON passages
WHEN old.excluded_at IS NULL BEGIN
    INSERT INTO passages_index (passages_index, rowid, title, heading, text)
        VALUES ('delete', old.id, old.title, old.heading, old.text);
    UPDATE searchable SET passages = passages - 1, characters = characters - length(old.text);
    DELETE FROM vector_signs WHERE passage_id = old.id;
    DELETE FROM vectors WHERE passage_id = old.id;
END;
CREATE TRIGGER passage_changes_to AFTER UPDATE OF title, heading, text, excluded_at ON passages
WHEN new.excluded_at IS NULL BEGIN
    INSERT INTO passages_index (rowid, title, heading, text) VALUES (new.id, new.title, new.heading, new.text);
    UPDATE searchable SET passages = passages + 1, characters = characters + length(new.text);
END;

-- What the workspace found out about its own corpus: from which score on a question can be answered.
CREATE TABLE calibrations (
    searched_by TEXT PRIMARY KEY,             -- 'words', or 'words and MODEL'
    passages INTEGER NOT NULL,                -- searchable ones at the time
    threshold REAL NOT NULL,
    steepness REAL NOT NULL,
    kept REAL NOT NULL,                       -- share of the corpus' own questions
    refused REAL NOT NULL,                    -- share of the questions about other things
    made_at INTEGER NOT NULL
) STRICT;
