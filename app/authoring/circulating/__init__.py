"""A lesson out as a file for word processors, read by people who have no account, and in again with what they changed.

`passages.py` says what the file holds and `views.py` writes it; `values.py` says what is no difference, `edits.py` what becomes of a change. Each change is a
case of `tests/authoring/circulating/test_edits.py`.
"""
