"""Handing one's notes over to whoever comes next, and receiving them: never mixed up with one's own.

A pack of another shape raises `VERSION` of `rules.py`; `LIMITS` there says how large one may be.
"""
