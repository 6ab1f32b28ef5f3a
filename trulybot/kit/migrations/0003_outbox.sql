-- A mail is written here in the transaction that makes it necessary, and sent by a job. `key` says what it is about:
-- the same is never written twice. `fault` has the server's words where it was refused.
CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,                 -- the part of its Message-ID before the @
    recipient TEXT NOT NULL,
    reply_to TEXT,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'kept')),
    attempts INTEGER NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;
CREATE INDEX mails_failed ON mails (id) WHERE state = 'failed';
CREATE INDEX mails_settled ON mails (settled_at) WHERE settled_at IS NOT NULL;
