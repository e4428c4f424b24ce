"""Whom to call today, how, what was noted of it, and when again."""
