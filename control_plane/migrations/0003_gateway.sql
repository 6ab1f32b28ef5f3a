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
