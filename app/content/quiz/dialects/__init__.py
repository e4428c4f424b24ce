"""Other ways to write a quiz: word processors and lettered options are understood, GIFT is pointed to the import."""
