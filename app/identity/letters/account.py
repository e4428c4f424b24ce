"""The letters that identity sends about an account, in the words of the site (`app.platform.mail.originals`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity import services
from app.identity.models import Person
from app.identity.passwords import tokens
from app.platform.french import french_datetime
from app.platform.mail import letters, outbox
from app.platform.mail.originals import PASSWORD_CHANGED, PASSWORD_LINK
from app.platform.mail.outbox import Letter
from app.platform.settings import Settings
from app.platform.web.edge import path_of


def link(settings: Settings, token: str) -> str:
    """The absolute address of a password link."""
    return outbox.base(settings) + path_of("identity.reset", token=token)


def password_link(session: Session, settings: Settings, person: Person | None, now: datetime) -> Letter:
    """The letter that lets somebody choose a password; for an unknown address, or a closed account, the same work and a letter to nobody."""
    known = person is not None and person.active
    reader = person if person is not None and person.active else Person(id=0, name="x", email="", fs_uniquifier=services.new_version())
    token = services.password_link_token(settings.keys, reader, now + tokens.BY_MAIL)
    values = {"nom": reader.name, "lien": link(settings, token), "site": settings.site_url}
    return letters.letter(session, PASSWORD_LINK, reader.email if known else "", values)


def password_changed(session: Session, settings: Settings, person: Person, now: datetime) -> Letter:
    """Said to the person each time, so that nobody changes it unseen."""
    page = outbox.base(settings) + path_of("identity.forgotten")
    return letters.letter(session, PASSWORD_CHANGED, person.email, {"nom": person.name, "date": french_datetime(now), "lien": page, "site": settings.site_url})
