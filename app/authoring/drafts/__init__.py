"""A draft: saved, checked, created from nothing."""
