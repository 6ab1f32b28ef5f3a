"""The owner's documents: sources are read into passages, and passages are searched. Called by chat and the pages."""
