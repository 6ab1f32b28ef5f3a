"""The embedding model that comes with TrulyBot. See NOTICE for where it comes from."""
