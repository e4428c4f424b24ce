"""What people answered that another can help with: listed, closed with a word.

Which answers ask for help is in `identity/letters/answers.py`; what is then proposed, in `WHAT_TO_DO` of `queries.py`.
"""
