"""News of the person's own record on their table: a mark computed again, a report answered. They stay a month."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt, RegradedAttempt, Regrading
from app.content.values.course import Course
from app.learner.messages.queries import RecordChange, answered_since

SHOWN_FOR = timedelta(days=30)


def record_changes(session: Session, course: Course, person_id: int, now: datetime) -> tuple[RecordChange, ...]:
    """The latest first. Two SELECTs."""
    since = now - SHOWN_FOR
    changes = [*_regraded(session, person_id, since), *answered_since(session, course, person_id, since)]
    return tuple(sorted(changes, key=lambda change: change.at, reverse=True))


_REGRADED = (
    select(Attempt.id, Attempt.title, Regrading.at, RegradedAttempt.maintained)
    .join(RegradedAttempt, RegradedAttempt.attempt_id == Attempt.id)
    .join(Regrading, Regrading.id == RegradedAttempt.regrading_id)
    .where(Attempt.person_id == bindparam("person_id"), Regrading.at >= bindparam("since"))
    .order_by(RegradedAttempt.id)
)


def _regraded(session: Session, person_id: int, since: datetime) -> list[RecordChange]:
    rows = session.execute(_REGRADED, {"person_id": person_id, "since": since})
    latest = {attempt_id: (title, at, maintained) for attempt_id, title, at, maintained in rows}
    return [
        RecordChange(
            "Une question a été corrigée : votre note est maintenue" if maintained else "Une question a été corrigée : votre note a été revue à la hausse",
            title,
            url_for("quiz.attempt", attempt_id=attempt_id),
            at,
        )
        for attempt_id, (title, at, maintained) in latest.items()
    ]
