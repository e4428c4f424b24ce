"""What a reader would see otherwise than its writer meant: habits of word processors, of other dialects and of the hand, each with its remedy.

Each habit is a line of `tests/content/text/habits_of_lessons.py` or `tests/content/quiz/habits_of_quizzes.py`, where its meaning is known."""

from __future__ import annotations
