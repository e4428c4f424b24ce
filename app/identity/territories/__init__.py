"""The territory tree: of the network file, and by hand."""
