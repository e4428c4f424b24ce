"""Parses any file of the course into its value and its problems, and says how it was understood."""
