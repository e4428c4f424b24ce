"""Whom to call today, how, what was noted of it, and when again.

Whoever changes `listed` or `back_on` in `rules.py` adds a case to `tests/reporting/calls/test_rules.py`: the database must give the same list.
"""
