"""The map of a network: its cités in their order, outlines of départements, where communes are, and what is drawn of them.

`rules.py` says where things stand, `drawing.py` draws them, and README.md says where the open geometry comes from.
"""
