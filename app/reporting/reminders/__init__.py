"""Reminders by email: audience, plan, sending, answers."""
