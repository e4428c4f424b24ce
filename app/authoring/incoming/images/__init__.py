"""A document's images, checked and written again."""
