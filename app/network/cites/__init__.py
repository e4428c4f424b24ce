"""The page of each cité éducative.

`PROVIDERS` of `queries.py` are the functions that give it lines on other subjects.
"""
