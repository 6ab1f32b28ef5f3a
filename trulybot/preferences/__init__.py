"""The owner's choices: texts, suggestions, the threshold. One row, passed on as values. Called by chat and the pages."""
