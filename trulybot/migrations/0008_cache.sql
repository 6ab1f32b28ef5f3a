-- Grows with every change of what questions are answered from: an answer made before it may be another one now.
CREATE TABLE knowledge_version (version INTEGER NOT NULL) STRICT;
INSERT INTO knowledge_version VALUES (1);

CREATE TRIGGER knowledge_gains_passage AFTER INSERT ON passages BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;
CREATE TRIGGER knowledge_loses_passage AFTER DELETE ON passages BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;
CREATE TRIGGER knowledge_changes_passage AFTER UPDATE OF title, heading, text, excluded_at ON passages BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;
-- Hidden at once, cleared later; or ready, which is when all its passages have their vectors.
CREATE TRIGGER knowledge_changes_source AFTER UPDATE OF deleted_at, status ON sources
WHEN new.deleted_at IS NOT old.deleted_at OR new.status = 'ready' BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;
CREATE TRIGGER knowledge_gains_answer AFTER INSERT ON curated BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;
CREATE TRIGGER knowledge_loses_answer AFTER DELETE ON curated BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;
CREATE TRIGGER knowledge_changes_answer AFTER UPDATE OF question, answer, source_id, removed_at ON curated BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;
CREATE TRIGGER knowledge_gains_way_of_asking AFTER INSERT ON ways_of_asking BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;
CREATE TRIGGER knowledge_loses_way_of_asking AFTER DELETE ON ways_of_asking BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;
CREATE TRIGGER knowledge_changes_way_of_asking AFTER UPDATE OF vector ON ways_of_asking BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;
CREATE TRIGGER knowledge_is_calibrated AFTER INSERT ON calibrations BEGIN
    UPDATE knowledge_version SET version = version + 1;
END;

CREATE TABLE cached_answers (
    id INTEGER PRIMARY KEY,
    knowledge INTEGER NOT NULL,
    settings BLOB NOT NULL,                   -- a digest of the owner's choices at the time
    language TEXT NOT NULL,
    normal TEXT NOT NULL,                     -- the question without case, accents and punctuation
    gist TEXT NOT NULL,                       -- the stems of its words that mean something, in order
    model TEXT,
    vector BLOB,                              -- little-endian float32
    answer TEXT NOT NULL,
    citations TEXT NOT NULL CHECK (json_valid(citations)),
    used_at INTEGER NOT NULL,
    UNIQUE (knowledge, settings, language, normal)
) STRICT;
CREATE INDEX cached_answers_by_gist ON cached_answers (gist);
CREATE INDEX cached_answers_by_use ON cached_answers (used_at);
