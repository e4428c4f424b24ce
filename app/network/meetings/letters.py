"""Emails about one's own place at a meeting: to whoever asked for one, so that no preference is asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.letters.sending import send
from app.identity.models import Person
from app.network.meetings.models import Meeting
from app.network.meetings.queries import where_words
from app.network.meetings.rules import when_words
from app.platform.french import day_and_month, day_of
from app.platform.mail import outbox
from app.platform.mail.emails import MEETING
from app.platform.mail.wordings import Value
from app.platform.settings import Settings
from app.platform.web.edge import path_of


class MeetingNews(Enum):
    """(what the subject says, what the email says first, whether there is a place to keep or to give back)."""

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
