"""The operator’s pages over all workspaces. Owns no table."""
