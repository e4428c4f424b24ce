"""Is it the same answer? Normalised texts, numbers, typing mistakes."""
