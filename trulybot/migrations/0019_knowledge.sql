-- What a source holds is counted as it comes and goes: a list of them counts nothing.
ALTER TABLE sources ADD COLUMN passages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN pages INTEGER NOT NULL DEFAULT 0;
UPDATE sources SET
    passages = (SELECT count(*) FROM passages WHERE source_id = sources.id),
    pages = (SELECT count(*) FROM pages WHERE source_id = sources.id);
CREATE TRIGGER source_gains_passage AFTER INSERT ON passages BEGIN
    UPDATE sources SET passages = passages + 1 WHERE id = new.source_id;
END;
CREATE TRIGGER source_loses_passage AFTER DELETE ON passages BEGIN
    UPDATE sources SET passages = passages - 1 WHERE id = old.source_id;
END;
CREATE TRIGGER source_gains_page AFTER INSERT ON pages BEGIN
    UPDATE sources SET pages = pages + 1 WHERE id = new.source_id;
END;
CREATE TRIGGER source_loses_page AFTER DELETE ON pages BEGIN
    UPDATE sources SET pages = pages - 1 WHERE id = old.source_id;
END;

-- A deleted source can be brought back until its clearing has begun.
ALTER TABLE sources ADD COLUMN clearing_at INTEGER;
CREATE INDEX sources_deleted ON sources (deleted_at) WHERE deleted_at IS NOT NULL;

-- Where the owner corrected a passage, `text` is theirs and `read_text` what the source says. `hash` stays that of
-- what was read, so that the next reading knows the passage again and leaves the correction be; `corrected_hash`
-- tells a gap that the passage is another one now.
ALTER TABLE passages ADD COLUMN read_text TEXT;
ALTER TABLE passages ADD COLUMN corrected_hash BLOB;
ALTER TABLE passages ADD COLUMN corrected_at INTEGER;
CREATE INDEX passages_excluded ON passages (source_id) WHERE excluded_at IS NOT NULL;
CREATE INDEX passages_corrected ON passages (source_id) WHERE corrected_at IS NOT NULL;

-- What the owner said of passages that the source says otherwise now, or no more: kept for them to look at.
CREATE TABLE lost_corrections (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources ON DELETE CASCADE,
    heading TEXT NOT NULL,
    read_text TEXT NOT NULL,
    text TEXT,                                -- NULL where it was left out and not corrected
    lost_at INTEGER NOT NULL
) STRICT;
CREATE INDEX lost_corrections_of_source ON lost_corrections (source_id);
CREATE TRIGGER source_loses_corrected_passage AFTER DELETE ON passages
WHEN (old.corrected_at IS NOT NULL OR old.excluded_at IS NOT NULL)
    AND EXISTS (SELECT 1 FROM sources WHERE id = old.source_id AND deleted_at IS NULL AND kind != 'pairs') BEGIN
    INSERT INTO lost_corrections (source_id, heading, read_text, text, lost_at) VALUES (
        old.source_id, old.heading, coalesce(old.read_text, old.text),
        CASE WHEN old.corrected_at IS NOT NULL THEN old.text END, unixepoch()
    );
END;

-- Lists of answers by how often they were given.
CREATE INDEX curated_by_hits ON curated (hits, id) WHERE removed_at IS NULL;
CREATE INDEX curated_removed ON curated (removed_at) WHERE removed_at IS NOT NULL;

-- Open questions by what they are about, and those that are closed by when. In which conversations a question was
-- asked last; a conversation that is deleted takes its traces along.
CREATE INDEX gaps_about ON gaps (coalesce(topic, id), asked, last_at) WHERE closed_at IS NULL;
CREATE INDEX gaps_closed ON gaps (closed_at, id) WHERE closed_at IS NOT NULL;
CREATE TABLE gap_conversations (
    gap_id INTEGER NOT NULL REFERENCES gaps ON DELETE CASCADE,
    conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    asked_at INTEGER NOT NULL,
    PRIMARY KEY (gap_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX gap_conversations_of_conversation ON gap_conversations (conversation_id);
