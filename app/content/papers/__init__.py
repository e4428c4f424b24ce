"""A paper, as values → its files for word processors."""
