"""States, percentages and what comes next, from the ledger's rows.

How long things take is `MINUTES_A_QUESTION` of `path_progress.py`; the pace that is advised, `pace.py`; whose date counts and when somebody is late, `due.py`, whose SQL is
`timeliness_at` of `reporting/scope/selection.py` (decision 27); how long an attestation is fresh, `validity.py`.
"""
