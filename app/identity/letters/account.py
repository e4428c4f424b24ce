"""The letters that identity sends, in French, in text and in HTML (`app/templates/identity/letters/`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.identity import services
from app.identity.models import Person
from app.identity.passwords import tokens
from app.mail import outbox
from app.mail.outbox import Letter
from app.settings import Settings
from app.site.queries import current_site


@dataclass(frozen=True, slots=True)
class AccountLetterPage:
    """What a letter says: to whom, when, and the link if there is one."""

    name: str
    at: datetime
    site: str
    link: str = ""


def link(settings: Settings, token: str) -> str:
    """The absolute address of a password link."""
    return f"{outbox.base(settings)}/mot-de-passe-oublie/{token}"


def password_link(settings: Settings, person: Person | None, now: datetime) -> Letter:
    """The letter that lets somebody choose a password; for an unknown address, or a closed account, the same work and a letter to nobody."""
    known = person is not None and person.active
    reader = person if person is not None and person.active else Person(id=0, name="", email="", fs_uniquifier=services.new_version())
    token = services.password_link_token(settings.secret_key, reader, now + tokens.BY_MAIL)
    page = AccountLetterPage(reader.name, now, settings.site_url, link(settings, token))
    return _letter(reader.email if known else "", "Choisir un nouveau mot de passe", "password_link", page)


def password_changed(settings: Settings, person: Person, now: datetime) -> Letter:
    """Said to the person each time, so that nobody changes it unseen."""
    return _letter(person.email, "Votre mot de passe a été changé", "password_changed", AccountLetterPage(person.name, now, settings.site_url))


def _letter(recipient: str, subject: str, name: str, page: AccountLetterPage) -> Letter:
    return Letter(recipient, f"{current_site().name} : {subject[0].lower()}{subject[1:]}", *outbox.render(f"identity/letters/{name}", page))
