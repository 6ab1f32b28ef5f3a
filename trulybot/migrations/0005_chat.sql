CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    locale TEXT,
    started_at INTEGER NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX conversations_by_time ON conversations (asked_at, id);

-- A question and what became of it. `kind` stays NULL until it is answered.
CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    question TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    kind TEXT CHECK (kind IN ('greeting', 'curated', 'cached', 'quoted', 'generated', 'refused', 'handover')),
    state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'interrupted')),
    citations TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(citations)),
    record TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(record)),   -- passages with scores, decision, milliseconds
    request TEXT UNIQUE,                                            -- whose Idempotency-Key it was asked under
    asked_at INTEGER NOT NULL,
    answered_at INTEGER
) STRICT;
CREATE INDEX turns_of_conversation ON turns (conversation_id, asked_at);
CREATE INDEX turns_running ON turns (state) WHERE state = 'running';
