"""What a line of text holds besides words: formulas, and images with their caption and size."""
