"""Customers and operators: signing up and in, sessions, who is a member of which workspace."""
