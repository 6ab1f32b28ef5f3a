"""The owner's choices: texts, suggestions, the threshold. One row. Called by chat and the pages."""
