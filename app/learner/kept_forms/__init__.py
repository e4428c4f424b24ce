"""Forms sent after their session ended, and refused ones: kept, given back."""
