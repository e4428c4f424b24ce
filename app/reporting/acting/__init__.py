"""Acts on several people of the grid at once: a reminder, a cohort, another date.

Another act is a member of `GroupAct` in `rules.py`, with its form, its verb in `services.py`, and its words in `ACTS` of `reporting/grid/queries.py` and in `choice.html`.
"""
