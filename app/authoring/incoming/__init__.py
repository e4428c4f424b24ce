"""What comes in by a file."""
