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
