"""The email that says that a file is ready: to whoever asked for it, so that no preference is asked. It says no figure and no name but theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity.letters.sending import send
from app.identity.queries import open_account
from app.platform.french import plural
from app.platform.mail import outbox
from app.platform.mail.emails import FILE_READY
from app.platform.settings import Settings
from app.platform.web.edge import path_of
from app.reporting.files.rules import KEPT


def tell_ready(session: Session, settings: Settings, person_id: int, now: datetime) -> None:
    """Queued, where mail can leave and their account is open. The address asks for signing in, and is the same for everybody."""
    person = open_account(session, person_id)
    if person is None:
        return
    outbox.hold_back(session)
    send(session, FILE_READY, person, {"durée": plural(KEPT.days, "jour"), "lien": outbox.base(settings) + path_of("files.index")}, now)
