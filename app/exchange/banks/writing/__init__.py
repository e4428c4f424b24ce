"""A quiz → the file of another system, and what that format cannot say of it."""
