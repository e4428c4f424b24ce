"""Letters to learners about what became of something of theirs: a mark computed again, a report answered. To those who want them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.letters import preferences
from app.identity.models import MailRefusal, Person
from app.mail import outbox
from app.settings import Settings
from app.site.queries import current_site

KIND = "reponses"
"""Among `preferences.KINDS`."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a letter tells, and the endpoint of the page that says the rest."""

    subject: str
    sentence: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class NewsLetter:
    name: str
    sentence: str
    link: str
    stop: str
    site: str


def tell(session: Session, settings: Settings, news: Notice, person_ids: Collection[int], now: datetime) -> int:
    """Queue the letter for each of these people whose account is open and who did not refuse. Returns how many; 0 where no mail can leave."""
    if not outbox.available(settings):
        return 0
    refused = select(MailRefusal.person_id).where(MailRefusal.kind == KIND)
    wanted = select(Person).where(Person.id.in_(person_ids), Person.active, Person.id.not_in(refused)).order_by(Person.id)
    people = session.scalars(wanted).all()
    for person in people:
        outbox.queue(session, _letter(settings, person, news), now)
    return len(people)


def _letter(settings: Settings, person: Person, news: Notice) -> outbox.Letter:
    base, stop = outbox.base(settings), preferences.stop_link(settings, person.id, KIND)
    page = NewsLetter(person.name, news.sentence, f"{base}{url_for(news.endpoint)}", stop, base)
    return outbox.Letter(person.email, f"{current_site().name} : {news.subject}", *outbox.render("learning/record/letters/news", page), unsubscribe=stop)
