"""Keeping a workspace’s data: backups, exports, what is too old."""
