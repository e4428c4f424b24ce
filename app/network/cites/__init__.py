"""The page of each cité éducative."""
