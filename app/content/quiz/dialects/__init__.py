"""Other ways to write a quiz that are understood: word processors, lettered options, GIFT."""
