"""How many tries somebody has before being asked to wait (status 429), and where refused tries are counted."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import Flask, request
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute, parse
from limits.storage import MovingWindowSupport, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from msgspec import Struct
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.identity.models import RefusedTry
from app.platform import clock, log
from app.platform.db import db, one_at_a_time, writing
from app.platform.french import plural
from app.platform.hooks import Slot
from app.platform.settings import Settings

# --- Refused tries as rows: counted once for all processes and hosts, behind the interface of `limits` ---
#
# Where they cannot be read, nobody signs in: the error is the request's own.

BASE = "base://"
"""In the settings."""
APART = timedelta(minutes=1)
"""Clocks of hosts differ by less."""


class DatabaseStorage(Storage, MovingWindowSupport):
    """Time is the application's, so that what it counts and what it says agree. A key says its limit too: all its rows last as long."""

    STORAGE_SCHEME = None  # by its class, not by an address

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    # --- Windows that move, which this site counts with ---

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """One more, if there is room: two at once never both take the last place."""
        now = clock.now()
        with _counting(key, now) as session:
            room = _count(session, key, now) + amount <= limit
            if room:
                _add(session, key, now, now + timedelta(seconds=expiry), amount)
        return room

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        now = clock.now()
        with _reading() as session:
            first, count = session.execute(select(func.min(RefusedTry.at), func.count()).where(*_live(key, now))).one()
        return (first or now).timestamp(), min(count, limit)

    # --- Windows that do not: all of a key end with the first ---

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = clock.now()
        with _counting(key, now) as session:
            _add(session, key, now, _end(session, key, now) or now + timedelta(seconds=expiry), amount)
            return _count(session, key, now)

    def get(self, key: str) -> int:
        with _reading() as session:
            return _count(session, key, clock.now())

    def get_expiry(self, key: str) -> float:
        now = clock.now()
        with _reading() as session:
            return (_end(session, key, now) or now).timestamp()

    # --- Of both ---

    def clear(self, key: str) -> None:
        with writing() as session:
            session.execute(delete(RefusedTry).where(RefusedTry.key == key))

    def reset(self) -> None:
        with writing() as session:
            session.execute(delete(RefusedTry))

    def check(self) -> bool:
        with _reading() as session:
            return session.scalar(select(func.count()).select_from(RefusedTry)) is not None


def _reading() -> Session:
    """Of its own: this request began to read before others were counted."""
    return db.sessionmaker()


@contextmanager
def _counting(key: str, now: datetime) -> Iterator[Session]:
    """One at a time for a key; what is over is forgotten on the way."""
    with writing() as session:
        one_at_a_time(session, key)
        session.execute(delete(RefusedTry).where(RefusedTry.expires_at < now))
        yield session


def _add(session: Session, key: str, now: datetime, end: datetime, amount: int) -> None:
    session.add_all(RefusedTry(key=key, at=now, expires_at=end) for _ in range(amount))
    session.flush()


def _live(key: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What was written in what is now the future is not counted: somebody set the clock back, and it would lock people out for as long."""
    return RefusedTry.key == key, RefusedTry.expires_at > now, RefusedTry.at < now + APART


def _count(session: Session, key: str, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(RefusedTry).where(*_live(key, now))) or 0


def _end(session: Session, key: str, now: datetime) -> datetime | None:
    return session.scalar(select(func.max(RefusedTry.expires_at)).where(*_live(key, now)))


# --- How often one may sign in, ask for a password email, type a code, write to somebody… ---
#
# One setting, « n per something » (`CROISEE_LOGIN_LIMIT`), gives every number. Only refused passwords count. In the browser where the holder of
# an account signed in last (`sessions.Browser`), the mistakes made there alone stop a try at it: nobody else's lock them out, and who steals that
# browser's cookie gains so many tries, no more.
# What is stored is a keyed digest: neither a person's address nor the caller's can be read there.

PROGRAM = 120
"""Requests a minute with one token of the API, whatever the setting: a hundred thousand people are read in two minutes."""
SHEETS = 10
"""Prints a minute of one attestation, by anybody, whatever the setting."""

Counter = tuple[RateLimitItem, str]
"""So many in so long, of one key."""


class Tries(Struct, frozen=True):
    """What one try is counted by, and what of it may stop the try."""

    what: str
    counted: tuple[Counter, ...]
    stopping: tuple[Counter, ...]


class RateLimits:
    """The counters of all processes and hosts, in the database; of this process alone where `CROISEE_LIMITS_STORAGE` says « memory:// »."""

    def __init__(self, settings: Settings) -> None:
        self.strategy = MovingWindowRateLimiter(DatabaseStorage() if settings.limits_storage == BASE else storage_from_string(settings.limits_storage))
        self.secret = settings.secret_key.encode()
        one = parse(settings.login_limit)
        many = type(one)(10 * one.amount, one.multiples)
        self.own = (one, RateLimitItemPerHour(5 * one.amount))
        """Mistakes on one account: from one place, in a browser of its holder's, or by whoever holds its session."""
        self.factor = (*self.own, RateLimitItemPerDay(10 * one.amount))
        """Mistakes at one person's second factor."""
        self.account = (many, RateLimitItemPerHour(10 * one.amount))
        """Mistakes on one account, from everywhere."""
        self.place = (many, RateLimitItemPerHour(100 * one.amount))
        """Mistakes, or emails asked for, from one place: an office, a training room."""
        self.recipient = (RateLimitItemPerHour(one.amount), RateLimitItemPerDay(2 * one.amount))
        """Emails to one address."""
        self.program = (RateLimitItemPerMinute(PROGRAM),)
        self.sheet = (RateLimitItemPerMinute(SHEETS),)

    def key(self, *parts: str) -> str:
        return hmac.new(self.secret, "\0".join(parts).encode(errors="replace"), hashlib.sha256).hexdigest()

    def counters(self, items: Sequence[RateLimitItem], *parts: str) -> tuple[Counter, ...]:
        key = self.key(*parts)
        return tuple((item, key) for item in items)


def _not_made() -> RateLimits:
    raise LookupError("this application has no limits on tries: init_app was not called")


LIMITS = Slot[RateLimits](_not_made)


def init_app(app: Flask) -> None:
    LIMITS.give(app, RateLimits(app.config["CROISEE"]))


def sign_in(address: str, browser: str) -> Tries:
    """A try at the password of this address, known or not, by whoever makes the request. `browser`: `sessions.known_to` the address."""
    limits, place = _limits(), _place()
    own = limits.counters(limits.own, "browser", address, browser) if browser else limits.counters(limits.own, "sign-in", address, place)
    others = limits.counters(limits.account, "account", address) + limits.counters(limits.place, "place", place)
    return Tries("sign_in", own + others, own if browser else own + others)


def password_email(address: str) -> Tries:
    """A password email to this address, known or not."""
    limits = _limits()
    counters = limits.counters(limits.recipient, "letter", address) + limits.counters(limits.place, "letters", _place())
    return Tries("letter", counters, counters)


def password_again(person_id: int) -> Tries:
    """The password that somebody with an open session is asked for again."""
    limits = _limits()
    counters = limits.counters(limits.own, "again", str(person_id))
    return Tries("password_again", counters, counters)


def meeting_code(person_id: int) -> Tries:
    """A code shown in a room, as somebody types it."""
    limits = _limits()
    counters = limits.counters(limits.own, "room-code", str(person_id))
    return Tries("room_code", counters, counters)


def message(person_id: int) -> Tries:
    """A message of one person to another, by the site."""
    limits = _limits()
    counters = limits.counters(limits.recipient, "message", str(person_id))
    return Tries("message", counters, counters)


def factor(person_id: int) -> Tries:
    """The second factor of this person, whose password was right: six digits are few, so a day has its limit too."""
    limits = _limits()
    counters = limits.counters(limits.factor, "factor", str(person_id))
    return Tries("factor", counters, counters)


def key() -> Tries:
    """A passkey, before anybody knows whose."""
    limits = _limits()
    counters = limits.counters(limits.place, "keys", _place())
    return Tries("key", counters, counters)


def program(token_id: int) -> Tries:
    """A request of another program, with its token."""
    limits = _limits()
    counters = limits.counters(limits.program, "program", str(token_id))
    return Tries("program", counters, counters)


def sheet(attestation_id: str) -> Tries:
    """One more print of an attestation, which needs no account."""
    limits = _limits()
    counters = limits.counters(limits.sheet, "sheet", attestation_id)
    return Tries("sheet", counters, counters)


def take(tries: Tries) -> int:
    """Count one more if there is room, else seconds to wait: two at once never both take the last place."""
    taken = all(_limits().strategy.hit(item, key) for item, key in tries.counted)
    return 0 if taken else max(1, wait(tries))


def wait(tries: Tries) -> int:
    """Seconds to wait before such a try; 0: now."""
    strategy, now = _limits().strategy, clock.now().timestamp()
    full = [strategy.get_window_stats(item, key).reset_time for item, key in tries.stopping if not strategy.test(item, key)]
    if full:
        log.event("too_many_tries", what=tries.what)
    return max((max(1, math.ceil(end - now)) for end in full), default=0)


def count(tries: Tries) -> int:
    """One more mistake. 0; or seconds to wait, where others made at the same moment took the last places: it must then be answered as one that came
    later, so that a hundred sent at once, on all hosts, tell no more than the hundred that wait for each other."""
    full = [counter for counter in tries.counted if not _limits().strategy.hit(*counter) and counter in tries.stopping]
    return max(1, wait(tries)) if full else 0


def sentence(seconds: int) -> str:
    """When to come back, in words."""
    return f"Trop d’essais. Patientez {plural(math.ceil(seconds / 60), 'minute')}, puis recommencez."


def _limits() -> RateLimits:
    return LIMITS.here()


def _place() -> str:
    """The caller's address or, where one subscriber has billions of them (IPv6), the first 64 bits that they share."""
    caller = request.remote_addr or ""
    try:
        address: IPv4Address | IPv6Address = ip_address(caller)
    except ValueError:
        return caller
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False).network_address)
    return str(address)
