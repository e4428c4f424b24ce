"""Reminders by email: audience, plan, sending, answers, weekly summary."""
