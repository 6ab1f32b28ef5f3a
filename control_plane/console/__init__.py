"""The owners’ pages over their workspaces. Owns no table."""
