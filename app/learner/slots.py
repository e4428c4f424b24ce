"""« Quand lisez-vous la suite ? »: the one moment that a person chose, as a page, a file for calendars and one reminder. `/rendez-vous`, `flask slots remind`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

import click
from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import ForeignKey, Select, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.paths import element_of, minutes_of
from app.identity.emails import send, sending_from_a_shell
from app.identity.models import Person
from app.identity.services import lock_person
from app.identity.sign_in.guards import course_address, current_person
from app.network.meetings.models import MIMETYPE, CalendarEntry, write_calendar
from app.network.meetings.rules import hour_words
from app.platform import clock
from app.platform.db import Base, UtcDateTime, db, writing
from app.platform.errors import DomainError, NotYours
from app.platform.french import NO_BREAK, WEEKDAYS, capital, day_and_month, day_of, plural, zone
from app.platform.mail import outbox
from app.platform.mail.emails import READING_SLOT
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.edge import download, path_of, public_address
from app.platform.web.endpoints import SIGNED_IN, act, page
from app.record.progress.queries import element_states, path_progress_of

# --- Rules (pure) ----------------------------------------------------------------------------------------------------

DAYS, FIRST_HOUR, LAST_HOUR = 14, 7, 21
"""How far one chooses, and between which hours of a day."""
USUAL = "09:00"
LEAD = timedelta(hours=1)
"""How long before, the reminder leaves; and after the moment, none does."""
SHORTEST = 15
"""Minutes of the entry in a calendar, at least."""


class SlotWrong(DomainError):
    sentence = "Choisissez un jour des deux semaines qui viennent, et une heure qui n’est pas passée."


def days_offered(today: date) -> tuple[tuple[str, str], ...]:
    """(ISO date, its words) of the days among which one chooses."""
    named = dict(enumerate(("Aujourd’hui, ", "Demain, ")))
    days = [today + timedelta(days=ahead) for ahead in range(DAYS)]
    return tuple((day.isoformat(), f"{named.get(ahead, '')}{WEEKDAYS[day.weekday()]} {day_and_month(day)}") for ahead, day in enumerate(days))


def hours_offered() -> tuple[tuple[str, str], ...]:
    """(« 09:00 », « 9 h »), by half hours."""
    halves = [(hour, minute) for hour in range(FIRST_HOUR, LAST_HOUR) for minute in (0, 30)]
    return tuple((f"{hour:02}:{minute:02}", f"{hour}{NO_BREAK}h" + (f"{NO_BREAK}{minute}" if minute else "")) for hour, minute in halves)


def read_slot(day: str, hour: str, now: datetime) -> datetime:
    """The moment that two fields name. Raises SlotWrong for one that was not offered, or has passed."""
    if day not in dict(days_offered(day_of(now))) or hour not in dict(hours_offered()):
        raise SlotWrong
    at = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), zone()).astimezone(now.tzinfo)
    if at <= now:
        raise SlotWrong
    return at


def slot_words(at: datetime) -> str:
    """« Mercredi 2 décembre à 9 h »."""
    day = day_of(at)
    return f"{capital(WEEKDAYS[day.weekday()])} {day_and_month(day)} à {hour_words(at)}"


# --- Table -----------------------------------------------------------------------------------------------------------


class ReadingSlot(Base):
    """The last moment that a person chose."""

    __tablename__ = "reading_slot"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the reminder left, or was not needed."""


def keep_slot(session: Session, person_id: int, at: datetime, now: datetime) -> None:
    """In the place of the one before; who chooses within the hour needs no reminder. Flushes."""
    forget_slot(session, person_id)
    session.add(ReadingSlot(person_id=person_id, at=at, chosen_at=now, reminded_at=now if at <= now + LEAD else None))
    session.flush()


def forget_slot(session: Session, person_id: int) -> None:
    lock_person(session, person_id)
    session.execute(delete(ReadingSlot).where(ReadingSlot.person_id == person_id))


def coming_slot(session: Session, person_id: int, now: datetime) -> datetime | None:
    """None where none was chosen, or it has passed."""
    return session.scalar(select(ReadingSlot.at).where(ReadingSlot.person_id == person_id, ReadingSlot.at > now))


def asks_when(session: Session, course: Course, person_id: int) -> bool:
    """Is the one finished lesson of the person their first, with no moment chosen? Two SELECTs."""
    if session.scalar(select(ReadingSlot.person_id).where(ReadingSlot.person_id == person_id)):
        return False
    return sum(key in course.lessons and one.learned for key, one in element_states(session, person_id).items()) == 1


def follow_merge(session: Session, *, kept: int, gone: int) -> None:
    """Two accounts of one person become one: a moment that the kept one has not chosen stays."""
    mine, theirs = session.get(ReadingSlot, kept), session.get(ReadingSlot, gone)
    if theirs and mine:
        session.delete(theirs)
    elif theirs:
        theirs.person_id = kept
    session.flush()


# --- Pages -----------------------------------------------------------------------------------------------------------


class SlotPage(Struct, frozen=True):
    at: datetime | None
    """None where none is to come."""
    words: str
    reminded: bool
    """One reminder will leave."""
    days: tuple[tuple[str, str], ...]
    hours: tuple[tuple[str, str], ...]
    day: str
    hour: str
    """As they were typed last, or what is proposed."""
    error: str = ""


def slot_page(at: datetime | None, now: datetime, *, day: str = "", hour: str = "", error: str = "") -> SlotPage:
    days = days_offered(day_of(now))
    reminded = at is not None and at - LEAD > now and outbox.available(current_settings())
    return SlotPage(at, slot_words(at) if at else "", reminded, days, hours_offered(), day or days[1][0], hour or USUAL, error)


blueprint = Blueprint("slots", __name__, url_prefix="/rendez-vous")


@blueprint.get("")
@page(who=SIGNED_IN)
def slot() -> str:
    now = clock.now()
    return render_template("learner/slots/slot.html", page=slot_page(coming_slot(db.session, current_person().id, now), now))


@blueprint.post("")
@act(who=SIGNED_IN)
def keep() -> ResponseReturnValue:
    person, now, day, hour = current_person(), clock.now(), request.form.get("jour", ""), request.form.get("heure", "")
    try:
        keep_slot(db.session, person.id, read_slot(day, hour, now), now)
    except SlotWrong as error:
        at = coming_slot(db.session, person.id, now)
        return render_template("learner/slots/slot.html", page=slot_page(at, now, day=day, hour=hour, error=error.sentence)), error.status
    db.session.commit()
    return redirect(url_for("slots.slot"), 303)


@blueprint.post("/oubli")
@act(who=SIGNED_IN)
def forget() -> ResponseReturnValue:
    forget_slot(db.session, current_person().id)
    db.session.commit()
    flash("Votre rendez-vous est oublié : aucun rappel ne partira.")
    return redirect(course_address(), 303)


@blueprint.get("/lecture.ics")
@page(who=SIGNED_IN)
def calendar() -> Response:
    person, now = current_person(), clock.now()
    at = coming_slot(db.session, person.id, now)
    if at is None:
        raise NotYours
    title, minutes, address = _next_step(db.session, course(db.session), person.id)
    entry = CalendarEntry(f"lecture-{int(at.timestamp())}", title, at, at + timedelta(minutes=max(SHORTEST, minutes)), address)
    host = urlsplit(outbox.base(current_settings())).hostname or "localhost"
    response = download(write_calendar([entry], current_site().name, host, now), MIMETYPE, "lecture.ics")
    response.headers["Cache-Control"] = "no-store"
    return response


def _next_step(session: Session, course: Course, person_id: int) -> tuple[str, int, str]:
    """(its title, its minutes, the address of the path)."""
    element = element_of(course, path_progress_of(session, course, person_id).next_id or "")
    return (element.title if element else course.cover.title), (minutes_of(element) if element else 0), public_address(path_of("learning.home"))


# --- `flask slots remind` --------------------------------------------------------------------------------------------


def _to_remind(now: datetime) -> Select[int]:
    waiting = (ReadingSlot.reminded_at.is_(None), ReadingSlot.at > now, ReadingSlot.at <= now + LEAD, Person.active)
    return select(ReadingSlot.person_id).join(Person, Person.id == ReadingSlot.person_id).where(*waiting).order_by(ReadingSlot.person_id)


def anyone_to_remind(session: Session, now: datetime) -> bool:
    return session.scalar(_to_remind(now).limit(1)) is not None


def remind_person(session: Session, course: Course, person_id: int, now: datetime) -> bool:
    """Queues the one reminder of a moment; False where it was, or the moment is another one since. Flushes."""
    lock_person(session, person_id)
    row = session.scalar(select(ReadingSlot).where(ReadingSlot.person_id.in_(_to_remind(now)), ReadingSlot.person_id == person_id))
    person = session.get(Person, person_id)
    if row is None or person is None:
        return False
    row.reminded_at = now
    title, minutes, address = _next_step(session, course, person_id)
    session.flush()
    return send(session, READING_SLOT, person, {"heure": hour_words(row.at), "étape": f"{title}, {plural(max(1, minutes), 'minute')}", "lien": address}, now)


commands = AppGroup("slots", help="Les rendez-vous de lecture : un rappel, une heure avant.")


@commands.command()
def remind() -> None:
    """Rappelle les rendez-vous de lecture de l’heure qui vient. À lancer souvent, sans risque de doublon."""
    with sending_from_a_shell() as (_settings, now):
        people = db.session.scalars(_to_remind(now)).all()
        published = course(db.session)
        db.session.rollback()
        queued = 0
        for person_id in people:
            with writing() as session:
                outbox.hold_back(session)
                queued += remind_person(session, published, person_id, now)
        click.echo(f"{plural(queued, 'rappel')} en file. ", nl=False)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.cli.add_command(commands)
