"""Two texts of one document set together: a draft and what is published, or a file of the course."""
