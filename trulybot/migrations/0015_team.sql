-- Staff, sessions and links are made anew: their old rules knew an owner and an admin only, and SQLite changes no rule
-- in place. The new ones are filled first and named last, so that nothing is ever deleted along with a parent.
CREATE TABLE new_staff (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL COLLATE NOCASE UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'agent', 'viewer')),
    created_at INTEGER NOT NULL,
    seen_at INTEGER,
    shown_as TEXT,
    -- How their pages read; empty is as the browser, or as everybody.
    language TEXT NOT NULL DEFAULT '',
    time_zone TEXT NOT NULL DEFAULT '',
    date_format TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO new_staff (id, email, password_hash, role, created_at, shown_as)
    SELECT id, email, password_hash, role, created_at, shown_as FROM staff;

CREATE TABLE new_sessions (
    id INTEGER PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES new_staff ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    browser TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
INSERT INTO new_sessions (id, staff_id, token_hash, created_at, seen_at)
    SELECT id, staff_id, token_hash, created_at, seen_at FROM sessions;

-- An invitation has the address and role of somebody who is not there yet; a change of address has the new one.
CREATE TABLE new_links (
    id INTEGER PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL
        CHECK (purpose IN ('first run', 'sign in', 'new password', 'invitation', 'new address', 'second step')),
    staff_id INTEGER REFERENCES new_staff ON DELETE CASCADE,
    email TEXT COLLATE NOCASE,
    role TEXT CHECK (role IN ('admin', 'agent', 'viewer')),
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    expires_at INTEGER NOT NULL,
    CHECK ((staff_id IS NULL) = (purpose IN ('first run', 'invitation'))),
    CHECK ((email IS NOT NULL) = (purpose IN ('invitation', 'new address'))),
    CHECK ((role IS NOT NULL) = (purpose = 'invitation'))
) STRICT;
INSERT INTO new_links (token_hash, purpose, staff_id, expires_at)
    SELECT token_hash, purpose, staff_id, expires_at FROM one_time_links;

DROP TABLE sessions;
DROP TABLE one_time_links;
DROP TABLE staff;
ALTER TABLE new_staff RENAME TO staff;
ALTER TABLE new_sessions RENAME TO sessions;
ALTER TABLE new_links RENAME TO one_time_links;
CREATE UNIQUE INDEX staff_one_owner ON staff (role) WHERE role = 'owner';
CREATE INDEX sessions_of_staff ON sessions (staff_id);
CREATE INDEX links_of_staff ON one_time_links (staff_id) WHERE staff_id IS NOT NULL;

ALTER TABLE api_keys ADD COLUMN scope TEXT NOT NULL DEFAULT 'admin' CHECK (scope IN ('admin', 'agent', 'viewer'));

-- The second step of signing in. The secret proves nothing until a code of it was typed once; `used` is the number of
-- the latest time step whose code was taken, so that none is taken twice.
CREATE TABLE second_steps (
    staff_id INTEGER PRIMARY KEY REFERENCES staff ON DELETE CASCADE,
    secret TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE recovery_codes (
    staff_id INTEGER NOT NULL REFERENCES second_steps ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    PRIMARY KEY (staff_id, code_hash)
) STRICT, WITHOUT ROWID;
