"""Conversations between visitors and the workspace: a visitor asks, we answer. Called by the widget and the pages."""
