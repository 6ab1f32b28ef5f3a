-- How far the upgrade of a workspace has come that a control plane may be killed in: `saving` while its data is as it
-- was, `proving` while a newer image has it, `restoring` on the way back. Its names lead nowhere meanwhile.
ALTER TABLE workspaces ADD COLUMN upgrading TEXT CHECK (upgrading IN ('saving', 'proving', 'restoring'));
ALTER TABLE workspaces ADD COLUMN image_before TEXT;
ALTER TABLE workspaces ADD COLUMN upgrade_failed TEXT NOT NULL DEFAULT '';  -- why it is on the way back

-- An image that is given to the workspaces, a few at a time.
CREATE TABLE rollouts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    image TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'paused', 'halted', 'stopped', 'done')),
    accepted INTEGER NOT NULL DEFAULT 0,  -- failures an operator has seen, and went on
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK ((ended_at IS NOT NULL) = (state IN ('stopped', 'done')))
) STRICT;
CREATE UNIQUE INDEX one_rollout_at_a_time ON rollouts (ended_at IS NULL) WHERE ended_at IS NULL;

-- What became of each workspace in it; the reason is for the operator.
CREATE TABLE upgrades (
    rollout_id INTEGER NOT NULL REFERENCES rollouts ON DELETE CASCADE,
    workspace_id TEXT NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    result TEXT CHECK (result IN ('upgraded', 'refused', 'rolled back', 'left')),
    reason TEXT NOT NULL DEFAULT '',
    began_at INTEGER,
    ended_at INTEGER,
    PRIMARY KEY (rollout_id, workspace_id),
    CHECK ((ended_at IS NOT NULL) = (result IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX upgrades_of_workspace ON upgrades (workspace_id);
