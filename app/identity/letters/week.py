"""The letter of the week: a person gets one at most, whatever was to be said to them, beside what leaves at once.

What leaves at once: about the account, an answer to what one asked, what one asked for oneself. All the rest claims the week of its person: the reminder of a rule,
the summary of a manager, and otherwise one letter that gathers the lines of every room (`hooks.week_lines`). Whichever leaves first takes all the lines along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, ForeignKey, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.identity.letters.preferences import KINDS
from app.identity.letters.rules import WEEK
from app.identity.models import Person
from app.platform import hooks
from app.platform.db import Base, UtcDateTime, in_chunks, insert_new
from app.platform.french import day_of
from app.platform.hooks import WeekLine
from app.platform.mail.outbox import NOWHERE
from app.platform.mail.wordings import LinkedItem

KIND = "semaine"
"""Whoever refuses it gets no line at all."""
SHOWN_FOR = timedelta(days=30)
"""What happened before is no news any more."""
MOST = 6
"""Lines of one kind."""


class WeeklyEmail(Base):
    """When somebody last got a letter of the week."""

    __tablename__ = "week_letter"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    sent_on: Mapped[date | None] = mapped_column(Date)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """What happened after it is for the next one."""


def gather_lines(session: Session, now: datetime, people: Collection[int] | None = None) -> dict[int, list[WeekLine]]:
    """Person → lines, of the kinds that they want, for open accounts with an address. Those whose week is taken are among them."""
    found: dict[int, list[WeekLine]] = {}
    unwanted = _departing(session, KIND)
    for kind, provider in hooks.week_lines.here().items():
        departing, on_demand, count = _departing(session, kind), KINDS[kind].on_demand, dict[int, int]()
        for person_id, line in provider(session, now, people):
            count[person_id] = count.get(person_id, 0) + 1
            if (person_id in departing) == on_demand and person_id not in unwanted and count[person_id] <= MOST:
                found.setdefault(person_id, []).append(line)
    return {person_id: found[person_id] for person_id in _reachable(session, found)}


def _departing(session: Session, kind: str) -> frozenset[int]:
    table = KINDS[kind].departing
    return frozenset(session.scalars(select(table.person_id).where(table.kind == kind)))


def _reachable(session: Session, people: Collection[int]) -> list[int]:
    wanted = select(Person.id).where(Person.active, ~Person.email.endswith(NOWHERE))
    return [number for some in in_chunks(sorted(people)) for number in session.scalars(wanted.where(Person.id.in_(some)).order_by(Person.id))]


def items(session: Session, lines: Iterable[WeekLine]) -> tuple[LinkedItem, ...]:
    """Returns the lines of a weekly email that is being sent, with their links."""
    return tuple(LinkedItem(line.words, line.url if isinstance(line.url, str) else line.url(session)) for line in lines)


def free(on: date) -> ColumnElement[bool]:
    """The person's week is not taken. For a statement that joins `WeekLetter` from the outside."""
    return or_(WeeklyEmail.sent_on.is_(None), WeeklyEmail.sent_on <= on - WEEK)


def claim(session: Session, people: Sequence[int], now: datetime) -> frozenset[int]:
    """Reserves this week's email for these people and returns those who got it: two senders never both write."""
    on = day_of(now)
    insert_new(session, WeeklyEmail, [{"person_id": person_id, "sent_on": None, "sent_at": None} for person_id in people], WeeklyEmail.person_id)
    mine = update(WeeklyEmail).where(WeeklyEmail.person_id.in_(people), free(on)).values(sent_on=on, sent_at=now)
    return frozenset(session.scalars(mine.returning(WeeklyEmail.person_id).execution_options(synchronize_session=False)))


def since(now: datetime):  # type: ignore[no-untyped-def]  # what SQLAlchemy infers
    """When a person's news begin: after their last letter. For a statement that joins `WeekLetter` from the outside."""
    return func.coalesce(WeeklyEmail.sent_at, now - SHOWN_FOR)


def follow_merge(session: Session, kept: int, gone: int) -> None:
    """The later letter counts."""
    dates = {row.person_id: row for row in session.scalars(select(WeeklyEmail).where(WeeklyEmail.person_id.in_([kept, gone])))}
    if gone in dates:
        lost = dates[gone]
        mine = dates.get(kept) or WeeklyEmail(person_id=kept, sent_on=None, sent_at=None)
        if lost.sent_on and (mine.sent_on is None or lost.sent_on > mine.sent_on):
            mine.sent_on, mine.sent_at = lost.sent_on, lost.sent_at
        session.add(mine)
        session.delete(lost)
        session.flush()
