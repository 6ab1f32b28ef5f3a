-- A person has taken a conversation over; it stands until it is ended. `told_at`: when the visitor was told.
CREATE TABLE handovers (
    id INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    reason TEXT NOT NULL CHECK (reason IN ('asked for', 'not answered', 'complaint', 'sale', 'other')),
    begun_by TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    told_at INTEGER,
    ended_by TEXT,
    ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX handovers_standing ON handovers (conversation_id) WHERE ended_at IS NULL;

-- A person's words to the visitor.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_of_conversation ON messages (conversation_id, id);
