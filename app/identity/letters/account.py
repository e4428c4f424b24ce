"""The emails about an account's password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity import services
from app.identity.letters.sending import send
from app.identity.models import Person
from app.identity.passwords import tokens
from app.platform.french import french_datetime
from app.platform.mail import outbox
from app.platform.mail.emails import PASSWORD_CHANGED, PASSWORD_LINK
from app.platform.settings import Settings
from app.platform.web.edge import path_of


def link(settings: Settings, token: str) -> str:
    """The absolute address of a password link."""
    return outbox.base(settings) + path_of("identity.reset", token=token)


def send_password_link(session: Session, settings: Settings, person: Person | None, now: datetime) -> None:
    """Lets somebody choose a password; for an unknown address, or a closed account, the same work and an email to nobody."""
    known = person is not None and person.active
    reader = person if person is not None and known else Person(id=0, name="x", email="", fs_uniquifier=services.new_version())
    token = services.password_link_token(settings.keys, reader, now + tokens.BY_MAIL)
    send(session, PASSWORD_LINK, reader, {"lien": link(settings, token)}, now)


def tell_password_changed(session: Session, settings: Settings, person: Person, now: datetime) -> None:
    """Said to the person each time, so that nobody changes it unseen."""
    page = outbox.base(settings) + path_of("identity.forgotten")
    send(session, PASSWORD_CHANGED, person, {"date": french_datetime(now), "lien": page}, now)
