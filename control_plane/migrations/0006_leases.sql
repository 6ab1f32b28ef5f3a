-- Which process is at work on a workspace, until `leased_until` at the latest.
ALTER TABLE workspaces ADD COLUMN leased_by TEXT NOT NULL DEFAULT '';
