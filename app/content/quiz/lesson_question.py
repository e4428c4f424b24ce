"""A question that a lesson asks by the way: the call-out `> [!QUESTION]`, read as one question of a quiz. Never raises.

`assessment/questions/in_lesson.py` puts it in its page; `templates/macros/lesson_question.html` shows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from app.content.quiz.blocks import unquoted
from app.content.quiz.reader import BodyReader
from app.content.quiz.source.keys import QuizKey, key_line
from app.content.quiz.source.report import TOLERATED
from app.content.text.questions import MARK
from app.content.values.quiz import Question
from app.content.values.text import Problem

MARKED_ONLY = frozenset({QuizKey.POINTS, QuizKey.OBJECTIVE, QuizKey.LESSON, QuizKey.LEVEL, QuizKey.TAGS})
"""Settings of a question that counts: of one that does not, they say nothing."""
_HEADING = re.compile(r" {0,3}##(?!#)")


def read_lesson_question(path: str, quoted: Sequence[str], line: int, number: int) -> tuple[Question | None, tuple[Problem, ...]]:
    """The question of a call-out, whose lines are `quoted` as written and begin at `line` of the file; None when it cannot be asked.

    `number`: its place among those of the lesson, from 1, which names it where its author does not.
    """
    lines = _as_in_a_quiz(quoted, f"question-{number}")
    reader = BodyReader(path, "\n".join(lines), line)
    reader.written = number - 1
    reader.read_body()
    _check_settings(reader, lines)
    question = _only(reader)
    problems = tuple(_quoted(found) for found in reader.report.problems if found.code != "E06")  # no id is asked for here
    return (replace(question, line=line, points=Decimal(0)) if question else None), problems


def _as_in_a_quiz(quoted: Sequence[str], identifier: str) -> list[str]:
    """The same lines, one for one, as a quiz has them: the mark becomes the heading, unless a heading of theirs follows it."""
    lines = unquoted("\n".join(quoted)).split("\n")
    statement = MARK.sub("", lines[0].lstrip(), count=1)
    below = next((place for place, text in enumerate(lines[1:], 1) if text.strip()), 0)
    if not statement and _HEADING.match(lines[below]):
        lines[0], lines[below] = "", _with_id(lines[below], identifier)
    else:
        lines[0] = _with_id(f"## {statement}", identifier)
    return lines


def _with_id(heading: str, identifier: str) -> str:
    return heading if "{#" in heading else f"{heading.rstrip()} {{#{identifier}}}"


def _quoted(found: Problem) -> Problem:
    """The clean form of a habit as this file has it."""
    shown = found.code == TOLERATED and not found.hint.startswith("Écrivez : (rien")
    return replace(found, hint=re.sub(r"^(Écrivez[^:]* : )", r"\1> ", found.hint)) if shown else found


def _check_settings(reader: BodyReader, lines: Sequence[str]) -> None:
    """A12: nothing counts here."""
    for number, text in enumerate(lines, reader.first_line):
        key = key_line(text)
        if key and key.key in MARKED_ONLY and not key.soft:
            reader.report.add(number, "A12", f"« {key.key.value} : » est sans effet dans une leçon, où rien n’est noté.", "Retirez la ligne.")


def _only(reader: BodyReader) -> Question | None:
    """E54: a call-out asks one question."""
    beyond = [question.line for question in reader.questions[1:]] + [situation.text.line for situation in reader.situations]
    if beyond or reader.reuses:
        message = "Un encadré « [!QUESTION] » pose une seule question, écrite sur place."
        reader.report.add(min(beyond, default=reader.first_line), "E54", message, "Faites un encadré par question, séparés par du texte.")
        return None
    return reader.questions[0] if reader.questions else None
