"""Pages over several features at once, and the counts that the first of them shows."""
