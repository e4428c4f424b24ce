"""The trainer's table, and new documents."""
