"""A quiz file → questions with their answers."""
