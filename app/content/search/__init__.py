"""The one analyser, what is found of each document, its index and the order of what is found.

A change of the order begins with a line of `tests/learner/reference/recherches.md`. Words are in `analysis.py` (raise its `VERSION`: everything is indexed again), what is
found of a document and its weights in `entries.py`, the order in `ranking.py`.
"""
