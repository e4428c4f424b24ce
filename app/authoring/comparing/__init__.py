"""Two texts word by word, three texts merged."""
