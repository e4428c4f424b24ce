"""The letter that says that a file is ready: to whoever asked for it, so that no preference is asked. It says no figure and no name but theirs."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from app.identity.queries import open_account
from app.platform.mail import outbox
from app.platform.settings import Settings
from app.platform.site.queries import current_site
from app.platform.web.edge import path_of
from app.reporting.files.rules import KEPT


class ReadyLetter(Struct, frozen=True):
    name: str
    page: str
    kept_days: int
    site: str


def tell_ready(session: Session, settings: Settings, person_id: int, now: datetime) -> None:
    """Queued, where mail can leave and their account is open. The address asks for signing in, and is the same for everybody."""
    person = open_account(session, person_id)
    if person is None or not outbox.available(settings):
        return
    base = outbox.base(settings)
    letter = ReadyLetter(person.name, base + path_of("files.index"), KEPT.days, base)
    outbox.hold_back(session)
    outbox.queue(
        session, outbox.Letter(person.email, f"{current_site().name} : votre fichier est prêt", *outbox.render("reporting/files/letters/ready", letter)), now
    )
