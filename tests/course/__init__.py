"""What the course itself must keep: enough of it, every fact with its source, questions that teach, French that reads."""
