"""What somebody writes to the trainers from what they read, an error or a question, its answer, and what is published of it for all.

Trainers read and answer them in `authoring/inbox.py`.
"""
