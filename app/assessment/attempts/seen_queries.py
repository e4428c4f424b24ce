"""Which questions a person has seen, and where they stand in what was sent."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt


class SeenAt(NamedTuple):
    attempt_id: int
    position: int
    """From 1."""


def seen_questions(session: Session, person_id: int) -> dict[str, SeenAt]:
    """Question → the last attempt, of those that were sent, where it was asked. One SELECT."""
    query = select(Attempt.id, Attempt.questions).where(Attempt.person_id == person_id, Attempt.submitted_at.is_not(None)).order_by(Attempt.id)
    return {stored["id"]: SeenAt(attempt_id, position) for attempt_id, questions in session.execute(query) for position, stored in enumerate(questions, 1)}
