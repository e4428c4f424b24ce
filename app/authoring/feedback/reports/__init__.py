"""What learners reported, with the answers that they read."""
