"""The map of a network: outlines of départements, where communes are, and what is drawn of them."""
