"""Lists whom to call today and how, keeps notes of calls, and when to call again.

Whoever changes `listed` or `back_on` in `rules.py` adds a case to `tests/reporting/calls/test_rules.py`: the database must give the same list.
"""
