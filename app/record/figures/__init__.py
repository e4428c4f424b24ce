"""Everybody's progress in stored rows, so that reports on 100,000 people stay quick.

Another figure is computed in `calculator.py` (raise its `VERSION`), read by `rows.py`, stored by the model with a migration, checked by `record/ledger.py`, shown by
`reporting/grid/rows.py` and declared as `person_figures` in the register of processing.
"""
