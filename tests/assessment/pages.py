"""What the pages of a quiz receive, asked for as they do, and read whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct
from msgspec.structs import fields
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.assessment.attempts import corrections, queries
from app.content.values.course import Course
from app.content.values.quiz import Policy
from app.content.values.text import Source
from tests import builders
from tests.assessment.learners import Learner

SECRET = "secret-de-la-correction"


def secret_course(policy: Policy) -> Course:
    asked = builders.question(
        builders.choices(f"x Le préfet[^a] | {SECRET} feedback", "Le maire"),
        "signataire",
        "Qui signe ?",
        explanation=builders.fragment(f"{SECRET} explication[^b]"),
        hint=builders.fragment("Un indice."),
    )
    sources = (Source("a", "Note de la question", 1), Source("b", f"{SECRET} note", 2))
    return builders.course(builders.quiz(asked, builders.question(builders.number("1958"), "annee"), policy=policy, sources=sources))


def text_of(value: Any) -> str:
    """Everything that a page value holds, as one text."""
    if isinstance(value, Struct):
        return " ".join(text_of(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, tuple):
        return " ".join(text_of(part) for part in value)
    return str(value)


@contextmanager
def counted_selects(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK")):
            statements.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", count)
    yield statements
    event.remove(session.get_bind(), "before_cursor_execute", count)


def view(learner: Learner, attempt: int, position: int) -> queries.AttemptView:
    with learner.database.read() as session:
        return queries.attempt_view(session, learner.course, learner.person_id, attempt, position)


def recap(learner: Learner, attempt: int) -> queries.Recap:
    with learner.database.read() as session:
        return queries.recap(session, learner.person_id, attempt)


def correction(learner: Learner, attempt: int) -> corrections.Correction:
    with learner.database.read() as session:
        return corrections.correction(session, learner.course, learner.person_id, attempt)


def front(learner: Learner) -> queries.QuizFront:
    with learner.database.read() as session:
        return queries.quiz_front(session, learner.course, learner.person_id, "quiz")
