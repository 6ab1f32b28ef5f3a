"""What strangers reach: Caddy’s configuration, and the doorman who wakes workspaces for it."""
