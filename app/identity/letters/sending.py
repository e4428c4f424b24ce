"""The one way to write to a person: an email of `platform.mail.emails`, with its values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from app.identity.letters import preferences
from app.platform.mail import outbox
from app.platform.mail.outbox import Message
from app.platform.mail.queries import current_words, make_message
from app.platform.mail.wordings import Email, Value
from app.platform.settings import Settings, current_settings
from app.platform.site.queries import current_site


class Addressee(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


def send(session: Session, email: Email, person: Addressee, values: Mapping[str, Value], now: datetime, *, reply_to: str = "") -> bool:
    """Queue an email, which leaves after the caller's commit. False, and nothing is queued, where no mail can leave or the person wants none of its kind."""
    settings = current_settings()
    if not outbox.available(settings) or (email.kind and not preferences.wants(session, person.id, email.kind)):
        return False
    outbox.queue(session, message(settings, email, current_words(session, email), person, values, reply_to=reply_to), now)
    return True


def message(settings: Settings, email: Email, words: tuple[str, str], person: Addressee, values: Mapping[str, Value], *, reply_to: str = "") -> Message:
    """An email as this person gets it, with what all of them may say. `words`: `current_words`."""
    site, stop = current_site(), preferences.stop_link(settings, person.id, email.kind) if email.kind else ""
    first, *_others = person.name.split() or [""]
    known: dict[str, Value] = {
        "nom": person.name,
        "prénom": first,
        "nom du site": site.name,
        "site": outbox.base(settings),
        "contact": site.contact,
        "arrêt": stop,
    }
    return make_message(email, words, person.email, {**known, **values}, unsubscribe=stop, reply_to=outbox.reachable(reply_to))
