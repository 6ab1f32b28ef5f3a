"""Pages over several features at once; owns no table."""
