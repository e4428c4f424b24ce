"""Invented people and their months, from data files, written by the same services as everyone's; never in production.

Who the people are stands in `people.toml`, what they say in `words.toml`, a path that a meeting completes in `course/`. `load.py` loads all of it, once.
"""
