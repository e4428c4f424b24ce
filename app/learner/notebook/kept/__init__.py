"""Notes on a passage, and favourites: on a lesson, a heading, a tool, a word, a date.

Another kind of place is a line of `KINDS` in `rules.py`; its template shows `jot` and `jot_form` of `notebook/kept/parts.html`, with `kept_on`.
"""
