-- Who of the team is told of each lead by mail; of whom nothing is said, the owner is.
CREATE TABLE lead_mail (
    staff_id INTEGER PRIMARY KEY REFERENCES staff ON DELETE CASCADE,
    is_wanted INTEGER NOT NULL
) STRICT;

-- Where each lead is sent to. While the secret is changed, what is sent is signed with both.
-- `failing_since` is when sending began to fail without a success since; `off_at` is when it was switched off for that.
CREATE TABLE webhook (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_until INTEGER,
    failing_since INTEGER,
    off_at INTEGER
) STRICT;

CREATE TABLE webhook_deliveries (
    id TEXT PRIMARY KEY,
    lead_id TEXT REFERENCES leads ON DELETE CASCADE,    -- NULL where it is a trial
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    code INTEGER,                                       -- the last answer's status, where there was an answer
    fault TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    tried_at INTEGER
) STRICT;
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created_at, id);
CREATE INDEX webhook_deliveries_of_lead ON webhook_deliveries (lead_id) WHERE lead_id IS NOT NULL;

-- A lead that was deleted, for as long as that can be undone: its rows, out of reach of everything else.
CREATE TABLE deleted_leads (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    held TEXT NOT NULL CHECK (json_valid(held)),
    deleted_by TEXT NOT NULL,
    deleted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deleted_leads_by_time ON deleted_leads (deleted_at, id);

CREATE INDEX lead_captures_by_time ON lead_captures (captured_at);
CREATE INDEX leads_by_name ON leads (name COLLATE NOCASE) WHERE name IS NOT NULL;
DROP INDEX leads_by_status;
CREATE INDEX leads_by_status ON leads (status, captured_at, id);
