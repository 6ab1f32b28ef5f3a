-- A session knows its own end: a hosted one's is near, and moved only by coming in again from the console.
ALTER TABLE sessions ADD COLUMN ends_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET ends_at = created_at + 2592000;

-- Each pass of the console's lets somebody in once; kept for as long as it could be shown again.
CREATE TABLE used_passes (
    nonce TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_passes_by_expiry ON used_passes (expires_at);
