-- What workspaces asked the gateway for; `amount` is in what the verb counts. Kept for a month, also when one is erased.
CREATE TABLE gateway_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    verb TEXT NOT NULL,
    status INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    amount INTEGER NOT NULL
) STRICT;
CREATE INDEX gateway_calls_of_workspace ON gateway_calls (workspace_id, id);
CREATE INDEX gateway_calls_by_time ON gateway_calls (at);

-- What a workspace may send to, once an owner or admin allowed it in the console: hosts of webhooks, and addresses that
-- answers to its mails go to. What it asked for and may not yet is a row without `granted_at`.
CREATE TABLE permissions (
    workspace_id TEXT NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('webhook', 'reply-to')),
    value TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    granted_at INTEGER,
    PRIMARY KEY (workspace_id, kind, value)
) STRICT, WITHOUT ROWID;

-- Mails that workspaces had us write; the mail itself is in the outbox. Whom they went to is kept hashed, with our key.
CREATE TABLE gateway_mails (
    id INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    key TEXT NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('staff', 'lead')),
    recipient_hash TEXT NOT NULL,
    consent TEXT NOT NULL,              -- as the workspace asserted it
    at INTEGER NOT NULL,
    UNIQUE (workspace_id, key)
) STRICT;
CREATE INDEX gateway_mails_of_a_day ON gateway_mails (workspace_id, audience, at);
CREATE INDEX gateway_mails_to ON gateway_mails (recipient_hash, at);

-- Who wants no mails from a workspace any more. One click, and it is kept whatever becomes of the workspace.
CREATE TABLE stopped_mails (
    workspace_id TEXT NOT NULL,
    recipient_hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, recipient_hash)
) STRICT, WITHOUT ROWID;
