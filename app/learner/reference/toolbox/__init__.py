"""Papers to fill: their pages, and their files for word processors and spreadsheets.

What a tool may hold is read by `content/documents/tool_file.py` (`content/text/fields.py`, `grids.py`). `paper.py` makes its values; texts are then written by
`content/papers/`, tables by `xlsx_file.py`.
"""
