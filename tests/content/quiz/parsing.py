"""A quiz read alone."""

from __future__ import annotations

from app.content.quiz.reader import read_quiz
from app.content.text.normalise import normalise
from app.content.values.quiz import Quiz
from app.content.values.text import Problem


def parse_quiz(path: str, text: str) -> tuple[Quiz | None, tuple[Problem, ...]]:
    """The value of a quiz file and everything that is wrong with it, in the order of the file."""
    quiz, scan = read_quiz(path, normalise(text))
    return quiz, tuple(sorted(scan.problems, key=lambda found: (found.line, found.code)))
