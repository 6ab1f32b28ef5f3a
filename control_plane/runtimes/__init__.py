"""Actual state, found by looking, and what makes it the desired one. Nothing else starts or stops a workspace."""
