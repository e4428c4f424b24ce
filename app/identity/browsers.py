"""A cookie that recognises the browser where somebody signed in, so that what they send after their session is given back there and to them.

It holds a value drawn at random and the number of the account that signed in last; neither name nor address. It opens nothing: it outlives
the session on purpose, and the one thing that it gives is a form kept under both. The value stays when somebody else signs in here, so that
what the first typed waits for them; the number is what keeps it from the second.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, after_this_request, current_app, request
from flask_security.signals import user_authenticated
from itsdangerous import BadData, URLSafeSerializer

from app import clock
from app.identity.limits import place_of
from app.identity.models import Person

COOKIE = "croisee-navigateur"
LASTS = timedelta(days=365)
"""From one sign-in to the next: far longer than a session, which it must outlive."""


@dataclass(frozen=True, slots=True)
class Browser:
    value: str
    """Known to this browser alone: what is stored is its digest."""
    person_id: int
    """Who signed in last."""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.value.encode()).hexdigest()


def init_app(app: Flask) -> None:
    user_authenticated.connect(_recognise_from_now_on, app)


def issue(secret: str, browser: Browser, expires: datetime) -> str:
    return _serializer(secret).dumps([browser.value, browser.person_id, int(expires.timestamp())])


def read(secret: str, cookie: str, now: datetime) -> Browser | None:
    """The browser that an authentic cookie names, until it expires."""
    try:
        value, person_id, expires = _serializer(secret).loads(cookie)
    except (BadData, TypeError, ValueError):
        return None
    return Browser(value, person_id) if now < datetime.fromtimestamp(expires, UTC) else None


def this_browser() -> Browser | None:
    """The one that sent this request; None when nobody has signed in with it."""
    return read(_secret(), request.cookies.get(COOKIE, ""), clock.now())


def network_digest(address: str | None) -> str:
    """Tells two networks apart, keyed so that no address can be found again by trying them all."""
    return hmac.new(_secret().encode(), f"network {place_of(address or '')}".encode(), hashlib.sha256).hexdigest()


def _recognise_from_now_on(app: Flask, user: Person, **_details: Any) -> None:
    known, now = this_browser(), clock.now()
    browser = Browser(known.value if known else secrets.token_urlsafe(32), user.id)
    cookie = issue(_secret(), browser, now + LASTS)

    @after_this_request
    def give(response: Response) -> Response:
        response.set_cookie(COOKIE, cookie, max_age=LASTS, httponly=True, samesite="Lax", secure=app.config["SESSION_COOKIE_SECURE"])
        return response


def _secret() -> str:
    return str(current_app.config["CROISEE"].secret_key)


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="croisee-browser")
