"""Letters about one's own place at a meeting: to whoever asked for one, so that no preference is asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import Enum

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.network.meetings.models import Meeting
from app.network.meetings.queries import where_words
from app.network.meetings.rules import when_words
from app.platform.french import day_and_month, day_of
from app.platform.mail import outbox
from app.platform.settings import Settings
from app.platform.site.queries import current_site
from app.platform.web.edge import path_of


class News(Enum):
    """(what the subject says, what the letter says first, whether there is a place to keep or to give back)."""

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


class MeetingLetter(Struct, frozen=True):
    name: str
    sentence: str
    title: str
    when: str
    where: str
    word: str
    """Of whoever cancelled it."""
    page: str
    calendar: str
    """Address of the file for calendars; empty where there is nothing to note."""
    site: str


def tell(session: Session, settings: Settings, row: Meeting, news: News, person_ids: Collection[int], now: datetime) -> int:
    """Queue the letter for each of these people whose account is open. Returns how many; 0 where no mail can leave."""
    if not outbox.available(settings) or not person_ids:
        return 0
    people = session.scalars(select(Person).where(Person.id.in_(person_ids), Person.active).order_by(Person.id)).all()
    for person in people:
        outbox.queue(session, _letter(settings, row, news, person), now)
    return len(people)


def _letter(settings: Settings, row: Meeting, news: News, person: Person) -> outbox.Letter:
    base, (about, sentence, dated) = outbox.base(settings), news.value
    page, calendar = (base + path_of(endpoint, meeting_id=row.id) for endpoint in ("meetings.meeting", "meetings.calendar"))
    letter = MeetingLetter(
        person.name, sentence, row.title, when_words(row.starts_at, row.ends_at), where_words(row), row.reason, page, calendar if dated else "", base
    )
    subject = f"{current_site().name} : {row.title}, {day_and_month(day_of(row.starts_at))}, {about}"
    return outbox.Letter(person.email, subject[:200], *outbox.render("network/meetings/letters/news", letter))
