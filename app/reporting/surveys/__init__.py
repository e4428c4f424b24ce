"""What people answered, in pictures and words, and the files of it."""
