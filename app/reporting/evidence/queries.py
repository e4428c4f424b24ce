"""What is told on paper of one person, to themselves or to somebody who may look at them: the record that their pages show, read once."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.queries import SignedIn
from app.identity.sign_in.admission import may
from app.learner.messages.queries import Thread, mine_page
from app.learner.pages.record_queries import RecordPage, record_page
from app.learner.review.queries import last_review
from app.network.meetings.attendance.queries import MeetingRecord, followed
from app.reporting.calls.models import Call
from app.reporting.person.queries import AttemptDecision, attempt_decisions
from app.reporting.scope.queries import ReportScope, trains, visible_person


class FollowUp(Struct, frozen=True):
    """`with_scores`, `with_reasons`, `with_words`: whether this reader may read marks, why something was decided, and what was written: theirs alone."""

    record: RecordPage
    given: tuple[AttemptDecision, ...]
    reviewed_at: datetime | None
    """That the person reviews, and when last; never what."""
    threads: tuple[Thread, ...]
    """What they wrote to the trainers and were answered, the first first."""
    calls: tuple[tuple[datetime, str], ...]
    """(when, what was noted), as long as a call is kept."""
    meetings: tuple[MeetingRecord, ...]
    with_scores: bool
    with_reasons: bool
    with_words: bool


def record_of(session: Session, course: Course, scope: ReportScope, person_id: int, now: datetime) -> RecordPage:
    """Somebody else's. Beyond scope: NotYours."""
    return record_page(session, course, person_id, visible_person(session, scope, person_id).name, now)


def follow_up(session: Session, course: Course, scope: ReportScope, reader: SignedIn, person_id: int, now: datetime) -> FollowUp:
    """Somebody else's, with what the reader's own page of the person tells. Beyond scope: NotYours."""
    record, own = record_of(session, course, scope, person_id, now), reader.id == person_id
    with_scores, with_reasons = own or trains(session, scope, person_id), own or may(reader.roles, "reporting.decide")
    return _follow_up(session, course, person_id, record, with_scores=with_scores, with_reasons=with_reasons, with_words=own)


def my_follow_up(session: Session, course: Course, reader: SignedIn, now: datetime) -> FollowUp:
    record = record_page(session, course, reader.id, reader.name, now)
    return _follow_up(session, course, reader.id, record, with_scores=True, with_reasons=True, with_words=True)


def _follow_up(session: Session, course: Course, person_id: int, record: RecordPage, **shown: bool) -> FollowUp:
    now = record.computed_at
    threads = sorted(mine_page(session, course, person_id, now).threads, key=lambda thread: thread.exchanges[0].sent_at)
    calls = session.execute(select(Call.at, Call.note).where(Call.person_id == person_id).order_by(Call.id))
    return FollowUp(
        record,
        attempt_decisions(session, course, person_id),
        last_review(session, person_id),
        tuple(threads),
        tuple((at, note) for at, note in calls),
        followed(session, person_id, now),
        **shown,
    )
