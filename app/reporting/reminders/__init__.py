"""Letters by rule: audience, plan, sending, answers, weekly summary."""
