"""Codes of an application (TOTP, RFC 6238), as passlib makes and checks them."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, cast

import segno
from passlib.exc import TokenError
from passlib.totp import TOTP

from app.identity.passwords.tokens import Secret

STEP = 30
"""Seconds that a code lasts. One step before and after is taken: clocks differ."""


def _kind(secret: Secret) -> type[TOTP]:
    """Encrypted by the newest of the site's keys; each is found again by its tag."""
    keys = [secret] if isinstance(secret, str) else secret
    known = {_tag(key): hashlib.sha256(f"croisee-totp\0{key}".encode()).hexdigest() for key in keys}
    return cast("type[TOTP]", TOTP.using(secrets=known, default_tag=_tag(keys[-1])))


def _tag(key: str) -> str:
    return hashlib.sha256(f"croisee-totp-tag\0{key}".encode()).hexdigest()[:12]


def renewed(secret: Secret, stored: str) -> str | None:
    """What an older key encrypted, by the newest; None where it is so, or where its key is not known any more."""
    if json.loads(stored).get("enckey", {}).get("t") == _tag(secret if isinstance(secret, str) else secret[-1]):
        return None
    totp = _read_stored(secret, stored)
    return str(totp.to_json(encrypt=True)) if totp else None


def draw(secret: Secret) -> str:
    """A new secret, in the form that is stored."""
    return str(_kind(secret).new().to_json(encrypt=True))


def _read_stored(secret: Secret, stored: str) -> Any | None:
    try:
        return _kind(secret).from_json(stored)
    except (ValueError, TypeError, KeyError):
        return None  # the site's key is another since, and the old one was not kept


def match(secret: Secret, stored: str, code: str, now: datetime, counter: int = -1) -> int | None:
    """The counter of the step for which this code is right; None where it is wrong, or older than `counter`."""
    totp = _read_stored(secret, stored)
    if totp is None:
        return None
    try:
        return int(totp.match(code, int(now.timestamp()), window=STEP, last_counter=counter).counter)
    except TokenError:
        return None


def readable(secret: Secret, stored: str) -> str:
    """The secret, by fours, for whoever cannot take a picture of the code."""
    totp = _read_stored(secret, stored)
    return totp.pretty_key(sep=" ") if totp else ""


def picture(secret: Secret, stored: str, site: str, account: str) -> str:
    """The code to take a picture of, as SVG."""
    totp = _read_stored(secret, stored)
    uri = totp.to_uri(label=account.replace(":", " "), issuer=site.replace(":", " ")) if totp else ""
    return str(segno.make(uri, error="m").svg_inline(border=4, scale=5, light="#fff", title="Code à photographier avec votre application"))
