"""A colleague's reading: asked for, read, answered."""
