"""What can be wrong with a file: one code, message and hint each."""
