"""A table of people, checked line by line, then imported."""
