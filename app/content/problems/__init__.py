"""What can be wrong with a file: one code, message and hint each.

`tests/content/quiz/remedies.py` does what each hint of a quiz says to write: the text that results must be right.
"""
