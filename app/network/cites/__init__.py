"""The cités éducatives: their order and their numbers, and the page of each."""
