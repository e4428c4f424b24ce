"""The letter that gathers the lines of the week, for whom no other letter took them along. Run again, it writes none twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.letters import preferences, week
from app.identity.letters.sending import send as send_email
from app.identity.letters.week import WeeklyEmail
from app.identity.models import Person
from app.platform import hooks, log
from app.platform.db import db, in_chunks, writing
from app.platform.french import day_of
from app.platform.holidays import calendar
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.mail.emails import WEEKLY
from app.platform.mail.wordings import Value
from app.platform.settings import Settings

TOGETHER = 50
"""Letters of one transaction."""


def send(settings: Settings, now: datetime) -> int:
    """Queues the letters of whoever has not had one this week and is told something. Returns how many."""
    if calendar().obstacle(day_of(now), ""):
        return 0
    session = db.session
    lines = week.gather_lines(session, now)
    for person_id in _waiting(session, now):
        lines.pop(person_id, None)
    session.rollback()  # the reading is over: letters have short transactions of their own
    queued = sum(_queue(settings, some, lines, now) for some in in_chunks(list(lines), TOGETHER))
    log.event("week_letters_queued", queued=queued)
    return queued


def _waiting(session: Session, now: datetime) -> set[int]:
    """Whose week is taken, or who chose another day: told before anything is drawn for them."""
    taken = session.scalars(select(WeeklyEmail.person_id).where(~week.free(day_of(now))))
    return set(taken).union(*(other(session, now) for other in hooks.other_days.here()))


def _queue(settings: Settings, some: Sequence[int], lines: Mapping[int, Sequence[WeekLine]], now: datetime) -> int:
    with writing() as session:
        outbox.hold_back(session)
        claimed = week.claim(session, some, now)
        people = session.scalars(select(Person).where(Person.id.in_(claimed), Person.active).order_by(Person.id)).all()
        return sum(send_email(session, WEEKLY, person, _values(session, settings, person, lines[person.id]), now) for person in people)


def _values(session: Session, settings: Settings, person: Person, lines: Sequence[WeekLine]) -> dict[str, Value]:
    return {
        "semaine": week.items(session, lines),
        "questions": " ".join(dict.fromkeys(line.note for line in lines if line.note)),
        "choix": preferences.link(settings, person.id),
    }
