"""What somebody finds, by the page, by the shell, on both databases."""
