"""One act for several people: each is as if it were done for one, and doing it twice changes nothing. They flush, never commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.audit import acts
from app.identity.letters import week
from app.identity.queries import SignedIn
from app.platform import log
from app.platform.db import insert_once
from app.platform.errors import NotYours
from app.platform.mail import outbox
from app.platform.mail.emails import REMINDER
from app.platform.mail.queries import current_words
from app.platform.settings import Settings
from app.record import cohorts, due_moves
from app.record.progress.models import Cohort
from app.reporting.reminders.audience import Recipient
from app.reporting.reminders.letters import AuthorNote, compose, paragraphs
from app.reporting.reminders.models import Reminder
from app.reporting.scope.queries import ReportScope


def remind(
    session: Session, settings: Settings, course: Course, scope: ReportScope, author: SignedIn, people: Sequence[int], known: Mapping[int, Recipient], note: str, now: datetime
) -> int:  # fmt: skip
    """A letter to each whose week is free, which it takes, with its lines. Returns how many."""
    notes = [AuthorNote(author.name, paragraphs(note))] if note else []
    why = (f"{author.name}, qui suit votre parcours, a choisi de vous écrire.",)
    written, words = [], current_words(session, REMINDER)
    lines = week.gather_lines(session, now, people)
    for person in sorted(week.claim(session, sorted(people), now)):
        if insert_once(session, Reminder, {"person_id": person, "sent_on": scope.on, "sent_at": now}):
            also = week.items(session, lines.get(person, ()))
            message = compose(settings, course, known[person], (), {}, words, preview=False, notes=notes, why=why, writer=author.email, also=also)
            outbox.queue(session, message, now)
            written.append(acts.Act("reminder_by_hand", person, {}))
    acts.record_all(session, scope.reader_id, written, now)
    log.event("reminded_by_hand", actor=scope.reader_id, people=len(written))
    return len(written)


def join(session: Session, course: Course, scope: ReportScope, people: Sequence[int], cohort_id: int, now: datetime) -> int:
    """Puts people into a cohort that the reader may name, else raises NotYours. Returns how many joined."""
    row = session.get(Cohort, cohort_id) if cohort_id in scope.cohorts else None
    if row is None:
        raise NotYours
    return cohorts.join(session, course, row, people, trainer=False, actor_id=scope.reader_id, now=now)


def move_dues(session: Session, course: Course, scope: ReportScope, people: Sequence[int], due_on: date | None, reason: str, now: datetime) -> int:
    """Returns for how many the date changed."""
    return sum(due_moves.move(session, course, person, due_on, now, actor_id=scope.reader_id, reason=reason) for person in sorted(people))
