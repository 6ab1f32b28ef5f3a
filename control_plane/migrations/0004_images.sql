-- The digest of the image that a workspace's container is made of. None until it is first started.
ALTER TABLE workspaces ADD COLUMN image TEXT;
