"""Close a request with a word; tell the person where they asked for it. Flushes, never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.assessment.attempts.extra_attempts import MAX_MESSAGE
from app.identity.letters import help as requests
from app.identity.letters.answers import REASONS
from app.identity.letters.sending import send
from app.identity.models import Person
from app.identity.queries import SignedIn
from app.identity.territories.scope import ReaderScope
from app.platform.errors import DomainError, TooManyCharacters
from app.platform.french import french_datetime
from app.platform.mail.emails import HELP_CLOSED


class HelpWordMissing(DomainError):
    sentence = "Dites en un mot ce qui a été fait."


class ClosedMeanwhile(DomainError):
    """Somebody else closed it."""


def close(session: Session, scope: ReaderScope, reader: SignedIn, request_id: int, word: str, now: datetime) -> bool:
    """True when the person is told by mail. Beyond scope: NotYours. Raises WordMissing, TooManyCharacters, ClosedMeanwhile."""
    if not word:
        raise HelpWordMissing
    if len(word) > MAX_MESSAGE:
        raise TooManyCharacters(MAX_MESSAGE)
    row, mine = requests.close(session, scope, reader.id, request_id, word, now)
    if not mine:
        closer = session.get_one(Person, row.closer_id).name
        at = french_datetime(row.closed_at) if row.closed_at else ""
        raise ClosedMeanwhile(f"{closer} l’a déjà close le {at} : « {row.word} »")
    person = session.get_one(Person, row.person_id)
    if not row.to_tell or not person.active:
        return False
    return send(session, HELP_CLOSED, person, {"raison": REASONS[row.reason], "auteur": reader.name, "mot": word}, now, reply_to=reader.email)
