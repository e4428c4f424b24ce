"""Open sessions: their rows, the browsers and places they are opened from, what works once, where a redirect may lead."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from flask import Request, Response, after_this_request, current_app, request
from msgspec import Struct
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from app.identity.models import KnownBrowser, Person, SignIn, SpentToken
from app.identity.passwords import Secret, read_signed, sign
from app.identity.rules import SESSION_DAYS
from app.platform import clock
from app.platform.db import db, insert_once
from app.platform.settings import current_settings

# --- Where a session was opened: the device and the network, in words ---

_BROWSERS: tuple[tuple[str, str], ...] = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: tuple[tuple[str, str], ...] = (
    ("iPhone", "un iPhone"),
    ("iPad", "un iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "un Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""In this order: most browsers also bear the names of those that they resemble."""


def device(agent: str) -> str:
    """« Firefox sur Windows »; what is not recognised is said so."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if not system:
        return browser or "Appareil non reconnu"
    return f"{browser or 'Navigateur non reconnu'} sur {system}"


def place(address: str) -> str:
    """Returns an IP address without its last part: no service is asked for its location."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "réseau non reconnu"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return "la machine du site"
    if ip.is_private:
        return "le réseau local du site"
    if ip.version == 4:
        return re.sub(r"\d+$", "…", f"réseau {ip}")
    return f"réseau {ip_network((int(ip), 48), strict=False).network_address}…"


# --- What works once: a challenge, an answer of another site ---
#
# The first to bring it has it; what is over is forgotten on the way.


def once(session: Session, what: str, now: datetime, expires_at: datetime) -> bool:
    """True the first time. Nobody brings it again before `expires_at`, and after that it is refused for its age."""
    session.execute(delete(SpentToken).where(SpentToken.expires_at < now))
    return insert_once(session, SpentToken, {"digest": hashlib.sha256(what.encode()).hexdigest(), "expires_at": expires_at})


# --- Where a redirect may lead ---


def safe_next(address: str | None) -> str | None:
    """`address` if it is a path of this site, else None.

    Browsers read `//host`, `/\\host` and `/<tab>/host` as another host, and drop control characters: only a path that begins with one
    slash and holds no backslash and no invisible character is let through.
    """
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return None
    if any(unicodedata.category(character)[0] in "CZ" for character in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


# --- Open sessions: one row each ---
#
# The cookie holds a random mark, the row its digest; without the row no copy of the cookie opens anything.
# See docs/decisions/0010-sessions.md.

LIFETIME = timedelta(days=SESSION_DAYS)
MOST = 30
"""Sessions that one person may have open; one more ends the oldest."""
COARSE = timedelta(hours=1)
"""How often the use of a session is written down: a page that is read is not a row that is written."""


OPENED = (SignIn.__table__.c.id == bindparam("session_key"), SignIn.__table__.c.created_at > bindparam("not_before"))
"""The conditions on the row of a session that opens pages, for a statement that is written once."""


def opened_by(mark: str, now: datetime) -> dict[str, Any]:
    """Returns the query values for the session whose cookie holds this mark."""
    return {"session_key": _digest(mark), "not_before": now - LIFETIME}


def begin(session: Session, person_id: int, now: datetime, **said: Any) -> str:
    """Open a session, and give the mark for its cookie. `said`: other columns of `SignIn`. Flushes."""
    kept = select(SignIn.id).where(SignIn.person_id == person_id).order_by(SignIn.created_at.desc(), SignIn.id).limit(MOST - 1)
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id.not_in(kept)))
    mark = secrets.token_urlsafe(32)
    session.add(SignIn(id=_digest(mark), person_id=person_id, created_at=now, used_at=now, **said))
    session.flush()
    return mark


def describe_browser(request: Request) -> dict[str, str]:
    """What a session's owner will read of the browser that opens it."""
    return {"device": device(request.user_agent.string), "place": place(request.remote_addr or "")}


def open_sessions(session: Session, person_id: int, now: datetime) -> Sequence[SignIn]:
    """A person's, the latest used first."""
    mine = (SignIn.person_id == person_id, SignIn.created_at > now - LIFETIME)
    return session.scalars(select(SignIn).where(*mine).order_by(SignIn.used_at.desc(), SignIn.id)).all()


def record_use(session: Session, key: str, now: datetime) -> None:
    """Records that the session has just opened a page."""
    session.execute(update(SignIn).where(SignIn.id == key).values(used_at=now))


def record_proof(session: Session, key: str, now: datetime) -> None:
    """Records that the session has just shown a second factor."""
    session.execute(update(SignIn).where(SignIn.id == key).values(proved_at=now))


def end(session: Session, key: str) -> int | None:
    """End one session. Ending it twice changes nothing. By which identity of an institution it was opened, if by one."""
    link_id: int | None = session.scalar(delete(SignIn).where(SignIn.id == key).returning(SignIn.link_id))
    return link_id


def end_own(session: Session, key: str, person_id: int) -> None:
    """Ends a session if it is this person's."""
    session.execute(delete(SignIn).where(SignIn.id == key, SignIn.person_id == person_id))


def end_all(session: Session, person_id: int) -> None:
    """End all of a person's sessions."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))


def _digest(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()


# --- The cookie that recognises a browser ---
#
# What somebody sends there after their session is given back there and to them, and the mistakes of others at their password do not stop them
# there.
# It holds a value drawn at random and the number of the account that signed in last; neither name nor address. It opens nothing: it outlives
# the session on purpose, a form is kept under both, and the password is still asked. The value stays when somebody else signs in here, so that
# what the first typed waits for them; the number is what keeps it from the second.

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
        value, person_id, expires = read_signed(secret, "browser", cookie)
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
