"""The catalogue of Problems: every code that a trainer may meet, with its title and its paragraph of the trainers' guide.

`Exx` stops publication, `Axx` is advice. The codes themselves stand by subject in `problems_course` and `problems_quiz`;
docs/formateurs/problemes.md is written from here (`python -m app.content.problems`), and a test compares them.
"""

from __future__ import annotations

from app.content.problem_rule import Rule
from app.content.problems_course import COURSE_RULES
from app.content.problems_quiz import QUIZ_RULES
from app.content.values import Problem

CATALOGUE: dict[str, Rule] = dict(sorted((COURSE_RULES | QUIZ_RULES).items(), key=lambda pair: (pair[0][0] != "E", pair[0])))


def problem(path: str, line: int, code: str, message: str, hint: str = "") -> Problem:
    """A Problem whose code is in the catalogue: an unknown one is a programmer's mistake, met at once."""
    if code not in CATALOGUE:
        raise KeyError(code)
    return Problem(path, line, code, message, hint)
