"""The map of a network: its cités in their order, outlines of départements, where communes are, and what is drawn of them."""
