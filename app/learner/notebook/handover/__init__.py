"""Handing one's notes over to whoever comes next, and receiving them: never mixed up with one's own."""
