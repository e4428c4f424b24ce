"""Two texts word by word, as they were typed or on the page that learners read; three texts merged."""
