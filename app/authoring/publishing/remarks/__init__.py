"""What a reader says of a passage: on the page that learners will see, by a trainer or a guest, answered, closed.

A guest's link lasts `VALID` of `services.py`.
"""
