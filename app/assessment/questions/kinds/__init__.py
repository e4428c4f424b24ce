"""One file a type of question: all that depends on the type, from a form's fields to its statistics.

Besides these files, types are told apart where a question leaves the site (`exchange/packages/keys.py` and `contents.py`, `exchange/banks/writing/` and
`reading/converting.py`), where a key moves (`content/values/keys.py`), and where some types are never asked (`learner/positioning/pool.py`, `learner/review/rules.py`).
"""
