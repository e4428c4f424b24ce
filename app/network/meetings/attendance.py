"""Attendance at a meeting: its list, its code, its sheet to sign, and how presences are recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity import audit
from app.identity.models import Membership, Person
from app.identity.passwords import Secret, read_signed, sign
from app.identity.services import lock_people, lock_person, person_by_address
from app.identity.territories import belongs_on, territory_tree
from app.network.meetings import steps
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.queries import MeetingReader, audience_of, own_meeting, places_of, where_words
from app.network.meetings.rules import (
    CODE_LASTS,
    Means,
    MeetingStage,
    Presence,
    Seat,
    announced_minutes,
    code_may_be_shown,
    code_works,
    had_words,
    halves,
    may_note_presences,
    minute_words,
    when_words,
)
from app.network.meetings.services import lock_meeting
from app.platform import log
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of, fold, french_datetime, plural

# --- What whoever holds a meeting sees -------------------------------------------------------------------------------

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


def meeting_records(session: Session, person_id: int, now: datetime) -> tuple[MeetingRecord, ...]:
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


# --- Recording -------------------------------------------------------------------------------------------------------
# From the list, or by the code shown in the room or its link. Flushes, never commits.

LINK = "meeting-presence"


class CodeWrong(DomainError):
    sentence = "Ce code n’est pas celui de la salle, ou ne sert plus : il change toutes les cinq minutes. Recopiez celui qui est affiché."


class AttendanceTooEarly(DomainError):
    status = 409
    sentence = "Les présences se notent à partir d’une heure avant la rencontre, et un code s’affiche jusqu’à douze heures après."


class NobodyThere(DomainError):
    sentence = "Aucun compte ouvert, parmi les personnes à qui cette rencontre s’adresse, ne porte cette adresse."


def show_code(session: Session, meeting_id: int, code: str, now: datetime) -> None:
    """Sets a new attendance code, which replaces the one before. Raises AttendanceTooEarly."""
    row = lock_meeting(session, meeting_id)
    if not code_may_be_shown(row.stage, row.starts_at, row.ends_at, now):
        raise AttendanceTooEarly
    row.code, row.code_until = code, now + CODE_LASTS
    session.flush()
    log.event("meeting_code_shown", meeting=meeting_id)


def link_token(secret: Secret, row: Meeting) -> str:
    """The end of the address that does what typing the code does, for as long."""
    return sign(secret, LINK, [row.id, row.code])


def of_link(session: Session, secret: Secret, token: str) -> tuple[Meeting, str]:
    """The meeting and the code behind such an address. Raises NotYours."""
    content = read_signed(secret, LINK, token)
    row = session.get(Meeting, content[0]) if isinstance(content, list) and len(content) == 2 else None
    if row is None:
        raise NotYours
    return row, str(content[1])


def attend(session: Session, course: Course, reader: MeetingReader, meeting_id: int, code: str, means: Means, now: datetime) -> bool:
    """The person says that they are there. False where that was noted before. Raises CodeWrong, NotYours."""
    own_meeting(session, reader, meeting_id)
    lock_person(session, reader.id)  # the person first, as whoever merges accounts
    row = lock_meeting(session, meeting_id)
    if not code_works(code, row.code, row.code_until, now):
        raise CodeWrong
    mine = _attendance_row(session, row, reader.id)
    if mine.presence is Presence.PRESENT:
        return False
    _note(session, course, row, mine, Presence.PRESENT, means, None, now)
    log.event("meeting_attended", meeting=meeting_id, person=reader.id, means=means.value)
    return True


def mark(session: Session, course: Course, meeting_id: int, ticked: Mapping[int, Presence], *, actor_id: int, now: datetime) -> int:
    """The list, as somebody ticked it: those who are not named stay as they are. Returns how many changed. Raises AttendanceTooEarly."""
    lock_people(session, list(ticked))
    row = lock_meeting(session, meeting_id)
    if not may_note_presences(row.stage, row.starts_at, now):
        raise AttendanceTooEarly
    rows = session.scalars(select(MeetingPerson).where(MeetingPerson.meeting_id == meeting_id, MeetingPerson.person_id.in_(ticked))).all()
    changed = [each for each in rows if each.presence is not ticked[each.person_id]]
    for each in changed:
        _note(session, course, row, each, ticked[each.person_id], Means.LIST, actor_id, now)
    if changed:
        audit.record(session, actor_id, "meeting_ticked", None, now, rencontre=meeting_id, personnes=[each.person_id for each in changed])
    return len(changed)


def add(session: Session, course: Course, meeting_id: int, address: str, *, actor_id: int, now: datetime) -> None:
    """Somebody who came without a place. Raises NobodyThere, AttendanceTooEarly."""
    person: Person | None = person_by_address(session, address)
    if person is not None:
        lock_person(session, person.id)
    row = lock_meeting(session, meeting_id)
    if person is None or not person.active or not audience_of(row).holds(*places_of(session, person.id, day_of(now))):
        raise NobodyThere
    if not may_note_presences(row.stage, row.starts_at, now):
        raise AttendanceTooEarly
    held = _attendance_row(session, row, person.id)
    if held.presence is not Presence.PRESENT:
        _note(session, course, row, held, Presence.PRESENT, Means.LIST, actor_id, now)
        audit.record(session, actor_id, "meeting_ticked", None, now, rencontre=meeting_id, personnes=[person.id])


def _attendance_row(session: Session, row: Meeting, person_id: int) -> MeetingPerson:
    """What the person has of the meeting, or nothing yet."""
    held = session.get(MeetingPerson, (row.id, person_id), populate_existing=True)
    if held is None:
        held = MeetingPerson(meeting_id=row.id, person_id=person_id, seat=Seat.NONE, presence=Presence.UNKNOWN)
        session.add(held)
    return held


def _note(session: Session, course: Course, row: Meeting, held: MeetingPerson, presence: Presence, means: Means, actor_id: int | None, now: datetime) -> None:
    before = held.presence
    held.presence, held.presence_at, held.means, held.actor_id = presence, now, means, actor_id
    session.flush()
    steps.tell(session, course, row, held.person_id, before, presence, actor_id, now)
