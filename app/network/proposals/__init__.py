"""What the people of a cité propose for its page: read beside what it says now, accepted, or refused with a word.

Another text of the page that may be proposed is a field of `Texts` and of `LABELS` in `rules.py`, of `forms.py` and of the model, with a migration.
"""
