"""Lines, keys, titles and sections of a quiz file, with their line numbers."""
