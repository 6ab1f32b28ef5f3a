"""The noun and its desired state: creating, renaming, names, suspending, closing, sending staff in."""
