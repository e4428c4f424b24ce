"""What is wrong between the files of a course.

A check named in `check_between` or `check_alone` of `course.py` applies to files, the editor, the review and home alike.
"""
