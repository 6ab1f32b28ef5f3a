-- An account is made when a link that was mailed to its address is used, so every address is its account's own.
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL COLLATE NOCASE UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'customer' CHECK (role IN ('customer', 'operator')),
    -- How their pages read; empty is as the browser, or as everybody.
    language TEXT NOT NULL DEFAULT '',
    time_zone TEXT NOT NULL DEFAULT '',
    date_format TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    seen_at INTEGER
) STRICT;

-- Of every secret below only the SHA-256 is kept.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    browser TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_account ON sessions (account_id);

-- A link to sign up, to become an operator or to join a workspace has the address of somebody who may have no account yet.
CREATE TABLE one_time_links (
    id INTEGER PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL
        CHECK (purpose IN ('sign up', 'operator', 'invitation', 'new password', 'new address', 'second step')),
    account_id INTEGER REFERENCES accounts ON DELETE CASCADE,
    email TEXT COLLATE NOCASE,
    workspace_id TEXT REFERENCES workspaces ON DELETE CASCADE,
    role TEXT CHECK (role IN ('admin', 'agent', 'viewer')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CHECK ((account_id IS NULL) = (purpose IN ('sign up', 'operator', 'invitation'))),
    CHECK ((email IS NOT NULL) = (purpose IN ('sign up', 'operator', 'invitation', 'new address'))),
    CHECK ((workspace_id IS NOT NULL) = (purpose = 'invitation')),
    CHECK ((role IS NOT NULL) = (purpose = 'invitation'))
) STRICT;
CREATE INDEX links_of_account ON one_time_links (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX links_of_workspace ON one_time_links (workspace_id) WHERE workspace_id IS NOT NULL;

-- Guesses that failed, one after another: whoever is guessed at, or guesses, has to wait for the next (guessing.py).
CREATE TABLE guesses (
    about BLOB PRIMARY KEY,             -- a hash: which addresses were tried is nobody's business
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX guesses_by_age ON guesses (last_at);

-- The second step of signing in. The secret proves nothing until a code of it was typed once; `used` is the number of
-- the latest time step whose code was taken, so that none is taken twice.
CREATE TABLE second_steps (
    account_id INTEGER PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    secret TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE recovery_codes (
    account_id INTEGER NOT NULL REFERENCES second_steps ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    PRIMARY KEY (account_id, code_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
    workspace_id TEXT NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'agent', 'viewer')),
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX members_one_owner ON members (workspace_id) WHERE role = 'owner';
CREATE INDEX members_by_account ON members (account_id);
