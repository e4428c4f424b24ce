"""A row a person, on the screen and in files."""
