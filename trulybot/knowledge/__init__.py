"""The owner's documents: sources are read into passages, passages are indexed and searched. Called by chat and the pages."""
