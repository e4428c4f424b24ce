"""Marking attempts again after a corrected key."""
