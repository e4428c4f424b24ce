"""A form over one question of a quiz, and back to the same Markdown."""
