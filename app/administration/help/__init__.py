"""What people answered that another can help with: listed, closed with a word."""
