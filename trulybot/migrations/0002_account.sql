CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL COLLATE NOCASE UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin')),
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX staff_one_owner ON staff (role) WHERE role = 'owner';

-- Of every secret below only the SHA-256 is kept.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_staff ON sessions (staff_id);

-- A link works until it is used or expires. Without a person it makes the owner.
CREATE TABLE one_time_links (
    token_hash BLOB PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('first run', 'sign in', 'new password')),
    staff_id INTEGER REFERENCES staff ON DELETE CASCADE,
    expires_at INTEGER NOT NULL,
    CHECK ((staff_id IS NULL) = (purpose = 'first run'))
) STRICT;

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
