"""A Word document or pasted text → Markdown, in a bounded process.

`papers.py` reads what Word shows by itself, `keys.py` answers that are given apart, `returned.py` a lesson that comes back changed.
"""
