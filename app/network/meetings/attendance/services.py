"""Presences are noted: by a list, by a code shown in the room, by the link that goes with it. They flush, never commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.audit import acts
from app.identity.models import Person
from app.identity.passwords.tokens import Secret, sign, signed
from app.identity.queries import person_by_address
from app.identity.services import lock_people, lock_person
from app.network.meetings import steps
from app.network.meetings.attendance.rules import code_may_be_shown, may_note_presences
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.queries import MeetingReader, audience_of, own_meeting, places_of
from app.network.meetings.rules import CODE_LASTS, Means, Presence, Seat, code_works
from app.network.meetings.services import locked
from app.platform import log
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of

LINK = "meeting-presence"


class CodeWrong(DomainError):
    sentence = "Ce code n’est pas celui de la salle, ou ne sert plus : il change toutes les cinq minutes. Recopiez celui qui est affiché."


class AttendanceTooEarly(DomainError):
    status = 409
    sentence = "Les présences se notent à partir d’une heure avant la rencontre, et un code s’affiche jusqu’à douze heures après."


class NobodyThere(DomainError):
    sentence = "Aucun compte ouvert, parmi les personnes à qui cette rencontre s’adresse, ne porte cette adresse."


def show_code(session: Session, meeting_id: int, code: str, now: datetime) -> None:
    """Sets a new attendance code, which replaces the one before. Raises TooEarly."""
    row = locked(session, meeting_id)
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
    content = signed(secret, LINK, token)
    row = session.get(Meeting, content[0]) if isinstance(content, list) and len(content) == 2 else None
    if row is None:
        raise NotYours
    return row, str(content[1])


def attend(session: Session, course: Course, reader: MeetingReader, meeting_id: int, code: str, means: Means, now: datetime) -> bool:
    """The person says that they are there. False where that was noted before. Raises CodeWrong, NotYours."""
    own_meeting(session, reader, meeting_id)
    lock_person(session, reader.id)  # the person first, as whoever merges accounts
    row = locked(session, meeting_id)
    if not code_works(code, row.code, row.code_until, now):
        raise CodeWrong
    mine = _attendance_row(session, row, reader.id)
    if mine.presence is Presence.PRESENT:
        return False
    _note(session, course, row, mine, Presence.PRESENT, means, None, now)
    log.event("meeting_attended", meeting=meeting_id, person=reader.id, means=means.value)
    return True


def mark(session: Session, course: Course, meeting_id: int, ticked: Mapping[int, Presence], *, actor_id: int, now: datetime) -> int:
    """The list, as somebody ticked it: those who are not named stay as they are. Returns how many changed. Raises TooEarly."""
    lock_people(session, list(ticked))
    row = locked(session, meeting_id)
    if not may_note_presences(row.stage, row.starts_at, now):
        raise AttendanceTooEarly
    rows = session.scalars(select(MeetingPerson).where(MeetingPerson.meeting_id == meeting_id, MeetingPerson.person_id.in_(ticked))).all()
    changed = [each for each in rows if each.presence is not ticked[each.person_id]]
    for each in changed:
        _note(session, course, row, each, ticked[each.person_id], Means.LIST, actor_id, now)
    if changed:
        acts.record(session, actor_id, "meeting_ticked", None, now, rencontre=meeting_id, personnes=[each.person_id for each in changed])
    return len(changed)


def add(session: Session, course: Course, meeting_id: int, address: str, *, actor_id: int, now: datetime) -> None:
    """Somebody who came without a place. Raises NobodyThere, TooEarly."""
    person: Person | None = person_by_address(session, address)
    if person is not None:
        lock_person(session, person.id)
    row = locked(session, meeting_id)
    if person is None or not person.active or not audience_of(row).holds(*places_of(session, person.id, day_of(now))):
        raise NobodyThere
    if not may_note_presences(row.stage, row.starts_at, now):
        raise AttendanceTooEarly
    held = _attendance_row(session, row, person.id)
    if held.presence is not Presence.PRESENT:
        _note(session, course, row, held, Presence.PRESENT, Means.LIST, actor_id, now)
        acts.record(session, actor_id, "meeting_ticked", None, now, rencontre=meeting_id, personnes=[person.id])


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
