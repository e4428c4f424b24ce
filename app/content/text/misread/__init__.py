"""What a reader would see otherwise than its writer meant: the habits of word processors, of other dialects and of the hand, told with their remedy."""
