"""Who was there, as the pages of whoever holds a meeting show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Membership, Person
from app.identity.territories.queries import territory_tree
from app.identity.territories.scope import belongs_on
from app.network.meetings.attendance.rules import announced_minutes, code_may_be_shown, had_words, halves, may_note_presences
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.queries import where_words
from app.network.meetings.rules import Means, MeetingStage, Presence, Seat, minute_words, when_words
from app.platform.french import day_of, fold, french_datetime, plural

BLANK_LINES = 6
"""On the sheet, for who comes without having registered."""


class Attendant(Struct, frozen=True):
    id: int
    name: str
    email: str
    seat: Seat
    presence: Presence
    told: str
    """By what their presence was told, and when."""


class AttendancePage(Struct, frozen=True):
    id: int
    title: str
    when: str
    stage: MeetingStage
    seated: tuple[Attendant, ...]
    """With whoever came without a place."""
    waiting: tuple[Attendant, ...]
    present: int
    begun: bool
    code: bool
    """One may show a code now."""

    @property
    def people_ids(self) -> tuple[int, ...]:
        return tuple(each.id for each in (*self.seated, *self.waiting))


class CodePage(Struct, frozen=True):
    id: int
    title: str
    code: str
    """« 123 456 »; empty once it is over."""
    until: str
    """The hour at which it is over, in words."""
    present: int


def attendance_page(session: Session, row: Meeting, now: datetime) -> AttendancePage:
    people = _attendants(session, row)
    seated = tuple(each for each in people if each.seat is Seat.TAKEN or each.presence is not Presence.UNKNOWN)
    return AttendancePage(
        row.id,
        row.title,
        when_words(row.starts_at, row.ends_at),
        row.stage,
        seated,
        tuple(each for each in people if each.seat is Seat.WAITING and each not in seated),
        sum(each.presence is Presence.PRESENT for each in people),
        may_note_presences(row.stage, row.starts_at, now),
        code_may_be_shown(row.stage, row.starts_at, row.ends_at, now),
    )


def code_page(session: Session, row: Meeting, now: datetime) -> CodePage:
    until = row.code_until if row.code_until and now < row.code_until else None
    present = sum(each.presence is Presence.PRESENT for each in _attendants(session, row))
    return CodePage(row.id, row.title, f"{row.code[:3]} {row.code[3:]}" if until else "", minute_words(until) if until else "", present)


def _attendants(session: Session, row: Meeting) -> list[Attendant]:
    query = (
        select(Person.id, Person.name, Person.email, MeetingPerson.seat, MeetingPerson.presence, MeetingPerson.means, MeetingPerson.presence_at)
        .join(Person, Person.id == MeetingPerson.person_id)
        .where(MeetingPerson.meeting_id == row.id)
    )
    found = (Attendant(*values[:5], _presence_words(*values[5:])) for values in session.execute(query))
    return sorted(found, key=lambda each: (fold(each.name), each.id))


def _presence_words(means: Means | None, at: datetime | None) -> str:
    return f"par {means.value}, le {french_datetime(at)}" if means and at else ""


# --- On paper --------------------------------------------------------------------------------------------------------


class AttendanceSheet(Struct, frozen=True):
    """`people`: whom it names."""

    people: tuple[int, ...]
    values: dict[str, Any]


def sheet(session: Session, row: Meeting, publisher: str, now: datetime) -> AttendanceSheet:
    """To sign: whoever has a place, in the order of names, and some empty lines."""
    people = [each for each in _attendants(session, row) if each.seat is Seat.TAKEN]
    cites = _cites(session, [each.id for each in people], day_of(row.starts_at))
    columns = halves(row.starts_at, row.ends_at)
    return AttendanceSheet(
        tuple(each.id for each in people),
        {
            "title": "Feuille de présence",
            "meeting": row.title,
            "author": publisher,
            "facts": [[name, words] for name, words in _facts(row) if words],
            "columns": columns,
            "rows": [[each.name, cites.get(each.id, "")] for each in people],
            "blank": BLANK_LINES,
            "counted": f"{plural(len(people), 'personne inscrite', 'personnes inscrites')} le {french_datetime(now)}",
        },
    )


def _facts(row: Meeting) -> Sequence[tuple[str, str]]:
    return (("Date", when_words(row.starts_at, row.ends_at)), ("Lieu", where_words(row)), ("Intervenants", row.speakers))


def _cites(session: Session, people: Sequence[int], on: date) -> dict[int, str]:
    """Where each belongs on the day of the meeting, in words."""
    tree, found = territory_tree(session), dict[int, list[str]]()
    query = select(Membership.person_id, Membership.territory_id).where(Membership.person_id.in_(people), belongs_on(on))
    for person_id, territory_id in session.execute(query.order_by(Membership.territory_id)):
        found.setdefault(person_id, []).append(tree.nodes[territory_id].name)
    return {person_id: ", ".join(names) for person_id, names in found.items()}


# --- Of one person ---------------------------------------------------------------------------------------------------


class MeetingRecord(Struct, frozen=True):
    """What somebody has, or had, of one meeting."""

    title: str
    when: str
    words: str
    """« présence notée », « en liste d’attente »."""
    minutes: int
    """Announced, of one where they were; 0 where they were not, or where the hours of its days are not known."""


def followed(session: Session, person_id: int, now: datetime) -> tuple[MeetingRecord, ...]:
    """Lists a person's meetings by date, without those whose place they gave back and did not attend."""
    rows = session.execute(
        select(Meeting.title, Meeting.starts_at, Meeting.ends_at, Meeting.stage, MeetingPerson.seat, MeetingPerson.presence)
        .join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
        .where(MeetingPerson.person_id == person_id, Meeting.stage != MeetingStage.DRAFT)
        .where((MeetingPerson.seat != Seat.NONE) | (MeetingPerson.presence != Presence.UNKNOWN))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return tuple(
        MeetingRecord(
            title,
            when_words(starts_at, ends_at),
            had_words(stage, seat, presence, over=ends_at <= now),
            announced_minutes(starts_at, ends_at) if presence is Presence.PRESENT else 0,
        )
        for title, starts_at, ends_at, stage, seat, presence in rows
    )
