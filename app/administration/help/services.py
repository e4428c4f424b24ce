"""Close a request with a word; tell the person where they asked for it. Flushes, never commits."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment.attempts.extra_attempts import MAX_MESSAGE
from app.identity.letters import help as requests
from app.identity.letters.answers import REASONS
from app.identity.models import Person
from app.identity.queries import SignedIn
from app.identity.territories.scope import ReaderScope
from app.platform.errors import DomainError, TooManyCharacters
from app.platform.french import french_datetime
from app.platform.mail import outbox
from app.platform.mail.outbox import Letter
from app.platform.settings import Settings
from app.platform.site.queries import current_site


class WordMissing(DomainError):
    sentence = "Dites en un mot ce qui a été fait."


class ClosedMeanwhile(DomainError):
    """Somebody else closed it."""


class ClosedLetterPage(Struct, frozen=True):
    name: str
    asked: str
    closer: str
    word: str
    site: str


def close(session: Session, settings: Settings, scope: ReaderScope, reader: SignedIn, request_id: int, word: str, now: datetime) -> bool:
    """True when the person is told by mail. Beyond scope: NotYours. Raises WordMissing, TooManyCharacters, ClosedMeanwhile."""
    if not word:
        raise WordMissing
    if len(word) > MAX_MESSAGE:
        raise TooManyCharacters(MAX_MESSAGE)
    row, mine = requests.close(session, scope, reader.id, request_id, word, now)
    if not mine:
        closer = session.get_one(Person, row.closer_id).name
        at = french_datetime(row.closed_at) if row.closed_at else ""
        raise ClosedMeanwhile(f"{closer} l’a déjà close le {at} : « {row.word} »")
    person = session.get_one(Person, row.person_id)
    told = row.to_tell and person.active and outbox.available(settings)
    if told:
        outbox.queue(session, _letter(settings, person, reader, REASONS[row.reason], word), now)
    return told


def _letter(settings: Settings, person: Person, closer: SignedIn, asked: str, word: str) -> Letter:
    page = ClosedLetterPage(person.name, asked, closer.name, word, outbox.base(settings))
    written = outbox.render("administration/help/letters/closed", page)
    return Letter(
        person.email,
        f"{current_site().name} : une réponse à ce qui vous retenait",
        *written,
        reply_to=outbox.reachable(closer.email),
    )
