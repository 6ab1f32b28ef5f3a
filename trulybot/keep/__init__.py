"""Keeping a workspace's data: backups."""
