"""Notes on a passage, and favourites: on a lesson, a heading, a tool, a word, a date."""
