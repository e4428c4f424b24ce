"""Meetings are prepared, announced and cancelled, places are taken and given back, and those concerned told by email. Flushes, never commits."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity import audit
from app.identity.emails import send
from app.identity.models import Person
from app.identity.passwords import Secret, read_signed, sign
from app.network.meetings import steps
from app.network.meetings.models import Meeting, MeetingCalendar, MeetingPerson
from app.network.meetings.queries import MeetingReader, own_meeting, where_words
from app.network.meetings.rules import MeetingStage, Presence, Seat, day_before, is_open, let_in, seat_for, when_words
from app.platform import log
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_and_month, day_of
from app.platform.mail import outbox
from app.platform.mail.emails import MEETING
from app.platform.mail.wordings import Value
from app.platform.settings import Settings
from app.platform.web.edge import path_of


class MeetingNews(Enum):
    """What an email says of one's own place, whatever one's preferences: (what the subject says, what the email says first, whether there is a place to keep or to give back)."""

    TAKEN = "votre place est réservée", "Votre place est réservée. Si vous ne pouvez plus venir, rendez votre place depuis la page de la rencontre.", True
    WAITING = "liste d’attente", "Toutes les places sont prises : vous êtes sur la liste d’attente, et un courriel vous dira si une place se libère.", False
    LET_IN = (
        "une place s’est libérée",
        "Une place s’est libérée : elle est à vous. Si vous ne pouvez plus venir, rendez-la depuis la page de la rencontre.",
        True,
    )
    CHANGED = "changement", "La date, l’heure ou le lieu de cette rencontre ont changé. Voici ce qu’il en est maintenant.", True
    CANCELLED = "annulée", "Cette rencontre n’aura pas lieu.", False
    TOMORROW = "c’est demain", "Cette rencontre est pour demain. Si vous ne pouvez plus venir, rendez votre place : elle ira à quelqu’un d’autre.", True


def tell(session: Session, settings: Settings, row: Meeting, news: MeetingNews, person_ids: Collection[int], now: datetime) -> int:
    """Queue the email for each of these people whose account is open. Returns how many; 0 where no mail can leave."""
    if not outbox.available(settings) or not person_ids:
        return 0
    people = session.scalars(select(Person).where(Person.id.in_(person_ids), Person.active).order_by(Person.id)).all()
    values = _values(settings, row, news)
    return sum(send(session, MEETING, person, values, now) for person in people)


def _values(settings: Settings, row: Meeting, news: MeetingNews) -> dict[str, Value]:
    base, (about, sentence, dated) = outbox.base(settings), news.value
    page, calendar = (base + path_of(endpoint, meeting_id=row.id) for endpoint in ("meetings.meeting", "meetings.calendar"))
    return {
        "objet": about,
        "phrase": sentence,
        "rencontre": row.title,
        "jour": day_and_month(day_of(row.starts_at)),
        "quand": when_words(row.starts_at, row.ends_at),
        "où": where_words(row),
        "mot": row.reason,
        "lien": page,
        "agenda": calendar if dated else "",
    }


# --- Locking ---------------------------------------------------------------------------------------------------------
# Whoever decides on places locks the meeting's row first: the last place goes to one, on either database.

CALENDAR = "meeting-calendar"
TOLD_ANEW = ("starts_at", "ends_at", "place", "link")
"""What those who have a place are written about when it changes."""


class MeetingChangedMeanwhile(DomainError):
    status = 409
    sentence = "Quelqu’un a modifié cette rencontre pendant que vous écriviez. Relisez ce que vous avez ici : en l’enregistrant de nouveau, vous remplacez l’autre version."


class PlacesOver(DomainError):
    status = 409
    sentence = "Les inscriptions à cette rencontre sont closes."


class AlreadyAnnounced(DomainError):
    status = 409
    sentence = "Cette rencontre est déjà annoncée, ou annulée."


def lock_meeting(session: Session, meeting_id: int) -> Meeting:
    """The meeting, as it is once it is this transaction's turn. Raises NotYours."""
    row = session.scalar(select(Meeting).where(Meeting.id == meeting_id).with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotYours
    return row


# --- Preparing -------------------------------------------------------------------------------------------------------


def save(
    session: Session, settings: Settings, course: Course, meeting_id: int | None, values: Mapping[str, Any], *, edition: int, actor_id: int, now: datetime
) -> Meeting:
    """A new draft, or a change. `edition`: the one that was read. Raises MeetingChangedMeanwhile."""
    row = Meeting(stage=MeetingStage.DRAFT) if meeting_id is None else lock_meeting(session, meeting_id)
    if meeting_id is not None and row.edition != edition:
        raise MeetingChangedMeanwhile
    moved = row.stage is MeetingStage.ANNOUNCED and any(getattr(row, name) != values[name] for name in TOLD_ANEW)
    if meeting_id is not None and row.starts_at != values["starts_at"]:
        row.reminded_at = None
    counted = row.element_id or ""
    for name, value in values.items():
        setattr(row, name, value)
    row.edition = edition + 1
    session.add(row)
    session.flush()
    audit.record(session, actor_id, "meeting_changed" if meeting_id else "meeting_prepared", None, now, rencontre=row.id)
    if moved and row.ends_at > now:
        tell(session, settings, row, MeetingNews.CHANGED, [*_with(session, row, Seat.TAKEN), *_with(session, row, Seat.WAITING)], now)
    if is_open(row.stage, row.starts_at, now):
        fill(session, settings, row, now)
    if counted != row.element_id:
        steps.recount(session, course, row, counted, _present(session, row), actor_id, now)
    return row


def _present(session: Session, row: Meeting) -> Sequence[int]:
    present = MeetingPerson.presence == Presence.PRESENT
    return session.scalars(select(MeetingPerson.person_id).where(MeetingPerson.meeting_id == row.id, present).order_by(MeetingPerson.person_id)).all()


def announce(session: Session, meeting_id: int, *, actor_id: int, now: datetime) -> None:
    """Announces a draft meeting to its audience. Raises AlreadyAnnounced."""
    row = lock_meeting(session, meeting_id)
    if row.stage is not MeetingStage.DRAFT:
        raise AlreadyAnnounced
    row.stage = MeetingStage.ANNOUNCED
    session.flush()
    audit.record(session, actor_id, "meeting_announced", None, now, rencontre=row.id)


def cancel(session: Session, settings: Settings, meeting_id: int, reason: str, *, actor_id: int, now: datetime) -> int | None:
    """Cancels a meeting and returns how many people are emailed; a draft is deleted, which returns None."""
    row = lock_meeting(session, meeting_id)
    if row.stage is MeetingStage.CANCELLED:
        return 0
    if row.stage is MeetingStage.DRAFT:
        session.delete(row)
        session.flush()
        audit.record(session, actor_id, "meeting_removed", None, now, rencontre=meeting_id)
        return None
    row.stage, row.reason, row.edition, row.code = MeetingStage.CANCELLED, reason, row.edition + 1, ""
    session.flush()
    audit.record(session, actor_id, "meeting_cancelled", None, now, rencontre=row.id)
    concerned = [*_with(session, row, Seat.TAKEN), *_with(session, row, Seat.WAITING)] if row.ends_at > now else []
    return tell(session, settings, row, MeetingNews.CANCELLED, concerned, now)


# --- Places ----------------------------------------------------------------------------------------------------------


def register(session: Session, settings: Settings, reader: MeetingReader, meeting_id: int, now: datetime) -> Seat:
    """A place, or a turn in the waiting list. Asked twice, the first one stands. Raises PlacesOver."""
    own_meeting(session, reader, meeting_id)
    row = lock_meeting(session, meeting_id)
    if not is_open(row.stage, row.starts_at, now):
        raise PlacesOver
    mine = session.get(MeetingPerson, (meeting_id, reader.id), populate_existing=True)
    if mine is not None and mine.seat is not Seat.NONE:
        return mine.seat
    mine = mine or MeetingPerson(meeting_id=meeting_id, person_id=reader.id)
    mine.seat, mine.asked_at, mine.turn = seat_for(row.places, _count_taken(session, row)), now, _next_turn(session, row)
    mine.presence = mine.presence or Presence.UNKNOWN
    session.add(mine)
    session.flush()
    tell(session, settings, row, MeetingNews.TAKEN if mine.seat is Seat.TAKEN else MeetingNews.WAITING, [reader.id], now)
    log.event("meeting_place_asked", meeting=meeting_id, person=reader.id, seat=mine.seat.value)
    return mine.seat


def withdraw(session: Session, settings: Settings, reader: MeetingReader, meeting_id: int, now: datetime) -> None:
    """The place goes to the first who waits. Raises PlacesOver once the meeting has begun."""
    own_meeting(session, reader, meeting_id)
    row = lock_meeting(session, meeting_id)
    if not is_open(row.stage, row.starts_at, now):
        raise PlacesOver
    mine = session.get(MeetingPerson, (meeting_id, reader.id), populate_existing=True)
    if mine is None or mine.seat is Seat.NONE:
        return
    mine.seat = Seat.NONE
    session.flush()
    log.event("meeting_place_given_back", meeting=meeting_id, person=reader.id)
    fill(session, settings, row, now)


def fill(session: Session, settings: Settings, row: Meeting, now: datetime) -> int:
    """Places that are free go to those who wait, in their order, by email. The caller has locked the meeting. Returns how many."""
    entering = let_in(row.places, _count_taken(session, row), _with(session, row, Seat.WAITING))
    if entering:
        seated = update(MeetingPerson).where(MeetingPerson.meeting_id == row.id, MeetingPerson.person_id.in_(entering)).values(seat=Seat.TAKEN)
        session.execute(seated)
        tell(session, settings, row, MeetingNews.LET_IN, entering, now)
    return len(entering)


def _count_taken(session: Session, row: Meeting) -> int:
    """Places that are held: an account that was closed holds none."""
    held = select(func.count()).select_from(MeetingPerson).join(Person, Person.id == MeetingPerson.person_id)
    return session.scalar(held.where(MeetingPerson.meeting_id == row.id, MeetingPerson.seat == Seat.TAKEN, Person.active)) or 0


def _with(session: Session, row: Meeting, seat: Seat) -> Sequence[int]:
    """People with such a seat, in the order in which they asked."""
    query = select(MeetingPerson.person_id).join(Person, Person.id == MeetingPerson.person_id)
    return session.scalars(query.where(MeetingPerson.meeting_id == row.id, MeetingPerson.seat == seat, Person.active).order_by(MeetingPerson.turn)).all()


def _next_turn(session: Session, row: Meeting) -> int:
    return 1 + (session.scalar(select(func.max(MeetingPerson.turn)).where(MeetingPerson.meeting_id == row.id)) or 0)


# --- The day before --------------------------------------------------------------------------------------------------


def coming(session: Session, now: datetime) -> Sequence[int]:
    """Announced meetings that have not begun."""
    return session.scalars(select(Meeting.id).where(Meeting.stage == MeetingStage.ANNOUNCED, Meeting.starts_at > now).order_by(Meeting.id)).all()


def remind(session: Session, settings: Settings, meeting_id: int, now: datetime) -> int:
    """Reminds participants the day before, once, and fills places of closed accounts. Returns how many emails."""
    row = lock_meeting(session, meeting_id)
    if not is_open(row.stage, row.starts_at, now):
        return 0
    fill(session, settings, row, now)
    if row.reminded_at is not None or day_of(now) != day_before(row.starts_at):
        return 0
    row.reminded_at = now
    session.flush()
    return tell(session, settings, row, MeetingNews.TOMORROW, _with(session, row, Seat.TAKEN), now)


# --- Private calendars -----------------------------------------------------------------------------------------------


def calendar_token(session: Session, secret: Secret, person_id: int) -> str:
    """What the private address of a person's meetings ends with; empty where they asked for none."""
    row = session.get(MeetingCalendar, person_id)
    return sign(secret, CALENDAR, [person_id, row.mark]) if row else ""


def draw_calendar(session: Session, person_id: int, now: datetime) -> None:
    """Another address: the one that was given before leads nowhere."""
    end_calendar(session, person_id)
    session.add(MeetingCalendar(person_id=person_id, mark=secrets.token_urlsafe(16), drawn_at=now))
    session.flush()


def end_calendar(session: Session, person_id: int) -> None:
    session.execute(delete(MeetingCalendar).where(MeetingCalendar.person_id == person_id))


def calendar_holder(session: Session, secret: Secret, token: str) -> int:
    """Returns whose private calendar address this is. Raises NotYours."""
    content = read_signed(secret, CALENDAR, token)
    person_id, mark = content if isinstance(content, list) and len(content) == 2 else (None, None)
    row = session.get(MeetingCalendar, person_id) if isinstance(person_id, int) else None
    if row is None or row.mark != mark or not session.scalar(select(Person.active).where(Person.id == row.person_id)):
        raise NotYours
    return row.person_id


# --- Merging ---------------------------------------------------------------------------------------------------------


def follow_merge(session: Session, *, kept: int, gone: int) -> None:
    """Two accounts of one person become one: of two places at a meeting the better stays, and a presence is never lost."""
    end_calendar(session, gone)
    session.execute(update(MeetingPerson).where(MeetingPerson.actor_id == gone).values(actor_id=kept))
    mine = {row.meeting_id: row for row in session.scalars(select(MeetingPerson).where(MeetingPerson.person_id == kept))}
    for row in session.scalars(select(MeetingPerson).where(MeetingPerson.person_id == gone)).all():
        if same := mine.get(row.meeting_id):
            _join(same, row)
            session.delete(row)
        else:
            row.person_id = kept
    session.flush()


def _join(kept: MeetingPerson, gone: MeetingPerson) -> None:
    order = [Seat.NONE, Seat.WAITING, Seat.TAKEN]
    if order.index(gone.seat) > order.index(kept.seat):
        kept.seat, kept.asked_at, kept.turn = gone.seat, gone.asked_at, gone.turn
    if gone.presence is Presence.PRESENT or kept.presence is Presence.UNKNOWN:
        kept.presence, kept.presence_at, kept.means, kept.actor_id = gone.presence, gone.presence_at, gone.means, gone.actor_id
