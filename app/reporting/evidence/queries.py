"""What is told on paper of one person, to themselves or to somebody who may look at them: the record that their pages show, read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.queries import SignedIn
from app.identity.sign_in.admission import may
from app.learning.pages.record_queries import RecordPage, record_page
from app.reporting.person.queries import AttemptDecision, attempt_decisions
from app.reporting.scope.queries import ReportScope, trains, visible_person
from app.review.queries import last_review


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`with_scores` and `with_reasons`: whether this reader may read marks, and why something was decided."""

    record: RecordPage
    given: tuple[AttemptDecision, ...]
    reviewed_at: datetime | None
    """That the person reviews, and when last; never what."""
    with_scores: bool
    with_reasons: bool


def record_of(session: Session, course: Course, scope: ReportScope, person_id: int, now: datetime) -> RecordPage:
    """Somebody else's. Beyond scope: NotYours."""
    return record_page(session, course, person_id, visible_person(session, scope, person_id).name, now)


def follow_up(session: Session, course: Course, scope: ReportScope, reader: SignedIn, person_id: int, now: datetime) -> FollowUp:
    """Somebody else's, with what the reader's own page of the person tells. Beyond scope: NotYours."""
    record, own = record_of(session, course, scope, person_id, now), reader.id == person_id
    with_scores, with_reasons = own or trains(session, scope, person_id), own or may(reader.roles, "reporting.decide")
    return _follow_up(session, course, person_id, record, with_scores=with_scores, with_reasons=with_reasons)


def my_follow_up(session: Session, course: Course, reader: SignedIn, now: datetime) -> FollowUp:
    record = record_page(session, course, reader.id, reader.name, now)
    return _follow_up(session, course, reader.id, record, with_scores=True, with_reasons=True)


def _follow_up(session: Session, course: Course, person_id: int, record: RecordPage, *, with_scores: bool, with_reasons: bool) -> FollowUp:
    return FollowUp(record, attempt_decisions(session, course, person_id), last_review(session, person_id), with_scores, with_reasons)
