"""An attempt from its start to its result, and what is stored of it."""
