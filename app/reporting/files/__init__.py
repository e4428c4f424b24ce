"""Large files of reports: asked for, made by the jobs, told by a letter, taken by whoever asked, for a week.

A file of more than `LARGE` people (`rules.py`) is made apart; `_set_up_large_files` of `reporting` lists the files that may be.
"""
