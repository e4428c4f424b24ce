"""How often one may try to sign in, to have a password letter sent, to say a password again, to write to somebody, or to print an attestation. Beyond: status 429, and when to come back.

One setting, « n per something » (`CROISEE_LOGIN_LIMIT`), gives every number. Only refused passwords count. In the browser where the holder of
an account signed in last (`browsers`), the mistakes made there alone stop a try at it: nobody else's lock them out, and who steals that
browser's cookie gains so many tries, no more.

What is stored is a keyed digest: neither a person's address nor the caller's can be read there.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import Flask, request
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from msgspec import Struct

from app.identity.sessions.tries import BASE, DatabaseStorage
from app.platform import clock, log
from app.platform.french import plural
from app.platform.hooks import Slot
from app.platform.settings import Settings

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
        """Mistakes, or letters asked for, from one place: an office, a training room."""
        self.recipient = (RateLimitItemPerHour(one.amount), RateLimitItemPerDay(2 * one.amount))
        """Letters to one address."""
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
    """A try at the password of this address, known or not, by whoever makes the request. `browser`: `browsers.known_to` the address."""
    limits, place = _limits(), _place()
    own = limits.counters(limits.own, "browser", address, browser) if browser else limits.counters(limits.own, "sign-in", address, place)
    others = limits.counters(limits.account, "account", address) + limits.counters(limits.place, "place", place)
    return Tries("sign_in", own + others, own if browser else own + others)


def password_email(address: str) -> Tries:
    """A password letter to this address, known or not."""
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
