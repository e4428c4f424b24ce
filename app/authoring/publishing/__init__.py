"""Publishes a draft as a revision: its effects, its date, a colleague's review."""
