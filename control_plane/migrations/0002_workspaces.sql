-- What is wanted of each workspace. What there is, is found by looking (runtimes/); only what cannot be looked for is
-- noted here: how often it failed to start, and whom converge is busy with.
CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT UNIQUE,                   -- empty once it is erased, so that the name is free again
    looks_like TEXT UNIQUE,             -- the slug as a hurried reader sees it (naming.py)
    plan TEXT NOT NULL,
    wanted TEXT NOT NULL DEFAULT 'open' CHECK (wanted IN ('open', 'suspended', 'closed', 'erased')),
    reason TEXT NOT NULL DEFAULT '',    -- why it is suspended, as its people are told
    is_awake INTEGER NOT NULL DEFAULT 1 CHECK (is_awake IN (0, 1)),
    up_again_at INTEGER,                -- asleep, it is woken then by itself
    failures INTEGER NOT NULL DEFAULT 0,
    tried_at INTEGER,
    active_at INTEGER,                  -- when it was last woken, or said that it is idle
    leased_until INTEGER NOT NULL DEFAULT 0,
    erase_at INTEGER,
    erased_at INTEGER,
    created_at INTEGER NOT NULL,
    CHECK ((slug IS NULL) = (erased_at IS NOT NULL)),
    CHECK ((erase_at IS NOT NULL) = (wanted = 'closed'))
) STRICT;
CREATE INDEX workspaces_due ON workspaces (up_again_at) WHERE up_again_at IS NOT NULL;
CREATE INDEX workspaces_to_erase ON workspaces (erase_at) WHERE erase_at IS NOT NULL;

-- A name of the owner's own. It leads nowhere until its DNS record or a page under it showed the token.
CREATE TABLE domains (
    name TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    token TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    verified_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX domains_of_workspace ON domains (workspace_id);

-- What a workspace shows the gateway; while it is exchanged there are two. The token itself lies in given/ID alone.
CREATE TABLE tokens (
    token_hash BLOB PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_of_workspace ON tokens (workspace_id);

-- What happened that should not: a pass for another workspace, a token from the wrong peer. Kept when its workspace goes.
CREATE TABLE security_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    workspace_id TEXT,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX security_events_of_workspace ON security_events (workspace_id, id);
