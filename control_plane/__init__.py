"""Many workspaces: their accounts, their desired state, and what makes it so. Never opens a workspace's files."""
