"""States, percentages and what comes next, from the ledger's rows.

How long things take is `MINUTES_A_QUESTION` of `path_progress.py`; whose date counts, when somebody is late and the pace that is advised, `due.py`, whose SQL
is `timeliness_at` of `reporting/selection.py` (decision 27); how long an attestation is fresh, `queries.py`.
"""
