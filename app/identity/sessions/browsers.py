"""A cookie that recognises the browser where somebody signed in: what they send after their session is given back there and to them, and the
mistakes of others at their password do not stop them there.

It holds a value drawn at random and the number of the account that signed in last; neither name nor address. It opens nothing: it outlives
the session on purpose, a form is kept under both, and the password is still asked. The value stays when somebody else signs in here, so that
what the first typed waits for them; the number is what keeps it from the second.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from flask import Response, after_this_request, current_app, request
from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.identity.models import KnownBrowser, Person
from app.identity.passwords.tokens import Secret, sign, signed
from app.platform import clock
from app.platform.db import db, insert_once
from app.platform.settings import current_settings

COOKIE = "croisee-navigateur"
LASTS = timedelta(days=365)
"""From one sign-in to the next: far longer than a session, which it must outlive."""


class Browser(Struct, frozen=True):
    value: str
    """Known to this browser alone: what is stored is its digest."""
    person_id: int
    """Who signed in last."""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.value.encode()).hexdigest()


def issue(secret: Secret, browser: Browser, expires: datetime) -> str:
    return sign(secret, "browser", [browser.value, browser.person_id, int(expires.timestamp())])


def read_browser(secret: Secret, cookie: str, now: datetime) -> Browser | None:
    """The browser that an authentic cookie names, until it expires."""
    try:
        value, person_id, expires = signed(secret, "browser", cookie)
    except (TypeError, ValueError):
        return None
    return Browser(value, person_id) if now < datetime.fromtimestamp(expires, UTC) else None


def this_browser() -> Browser | None:
    """The one that sent this request; None when nobody has signed in with it."""
    return read_browser(_secret(), request.cookies.get(COOKIE, ""), clock.now())


def known_to(address: str) -> str:
    """The value of this browser if the holder of this address is who proved last, here, who they are; empty elsewhere."""
    browser = this_browser()
    if browser is None or db.session.scalar(select(Person.email).where(Person.id == browser.person_id)) != address:
        return ""
    return browser.value


def of(person_id: int) -> Browser:
    """Returns this browser as one that the person, who has just signed in, is known to use."""
    known = this_browser()
    return Browser(known.value if known else secrets.token_urlsafe(32), person_id)


def is_new(session: Session, browser: Browser, now: datetime) -> bool:
    """Write down with which browser its person signs in. True where they had others, and this one is none of them."""
    mine = KnownBrowser.person_id == browser.person_id
    had_others = session.scalar(select(KnownBrowser.browser).where(mine, KnownBrowser.browser != browser.digest).limit(1)) is not None
    new = insert_once(session, KnownBrowser, {"person_id": browser.person_id, "browser": browser.digest, "at": now})
    if not new:
        session.execute(update(KnownBrowser).where(mine, KnownBrowser.browser == browser.digest).values(at=now))
    return new and had_others


def recognise(browser: Browser) -> None:
    """The answer to this request gives the browser its cookie."""
    cookie = issue(_secret(), browser, clock.now() + LASTS)

    @after_this_request
    def give(response: Response) -> Response:
        response.set_cookie(COOKIE, cookie, max_age=LASTS, httponly=True, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"])
        return response


def _secret() -> Secret:
    return current_settings().keys
