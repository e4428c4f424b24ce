"""Which questions people have seen, where they stand in what was sent, and how they were answered."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from app.assessment.attempts.sheet import LATEST
from app.assessment.models import Attempt, Response


class SeenAt(NamedTuple):
    attempt_id: int
    position: int
    """From 1."""


def seen_questions(session: Session, person_id: int) -> dict[str, SeenAt]:
    """Question → the last attempt, of those that were sent, where it was asked. One SELECT."""
    query = select(Attempt.id, Attempt.questions).where(Attempt.person_id == person_id, Attempt.submitted_at.is_not(None)).order_by(Attempt.id)
    return {stored["id"]: SeenAt(attempt_id, position) for attempt_id, questions in session.execute(query) for position, stored in enumerate(questions, 1)}


class AnswerGiven(NamedTuple):
    """To a question of an attempt, practice included."""

    person_id: int
    document_id: str
    question_id: str
    fingerprint: str
    at: datetime
    """When it was sent with its attempt; when it was saved, of an attempt under way."""
    right: bool | None
    """None as long as nobody knows: it is not corrected yet."""


_SINCE = (Attempt.person_id.in_(bindparam("people", expanding=True)), or_(Attempt.submitted_at >= bindparam("since"), Attempt.submitted_at.is_(None)))
_ATTEMPTS = select(Attempt.id, Attempt.person_id, Attempt.submitted_at, Attempt.questions).where(*_SINCE).order_by(Attempt.id)
_RESPONSES = select(Response.attempt_id, Response.question_id, Response.saved_at, Response.fraction).join(Attempt, Attempt.id == Response.attempt_id)
_RESPONSES = _RESPONSES.where(*_SINCE, LATEST)
"""Both written once, as what the page that a learner opens most asks."""


def answers_given(session: Session, people: Collection[int], since: datetime) -> Iterator[AnswerGiven]:
    """Yields the answers these people sent since then or are writing; a question left blank is a wrong answer. Two SELECTs, or one."""
    asked = {"people": people, "since": since}
    attempts = session.execute(_ATTEMPTS, asked).all()
    saved = {(row.attempt_id, row.question_id): row for row in session.execute(_RESPONSES, asked)} if attempts else {}
    for attempt_id, person_id, submitted_at, questions in attempts:
        for stored in questions:
            answer = saved.get((attempt_id, stored["id"]))
            at = submitted_at or (answer.saved_at if answer else None)
            if at is not None:
                right = answer.fraction == 1 if answer and answer.fraction is not None else False if submitted_at else None
                yield AnswerGiven(person_id, stored["document"], stored["id"], stored["fingerprint"], at, right)
