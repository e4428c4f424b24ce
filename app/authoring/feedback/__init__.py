"""What learners' answers and error reports say; regrading."""
