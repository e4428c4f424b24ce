"""Codes of an application (TOTP, RFC 6238), as passlib makes and checks them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, cast

import segno
from passlib.exc import TokenError
from passlib.totp import TOTP

STEP = 30
"""Seconds that a code lasts. One step before and after is taken: clocks differ."""


def _kind(secret_key: str) -> type[TOTP]:
    key = hashlib.sha256(f"croisee-totp\0{secret_key}".encode()).hexdigest()
    return cast("type[TOTP]", TOTP.using(secrets={"1": key}))


def draw(secret_key: str) -> str:
    """A new secret, in the form that is stored."""
    return str(_kind(secret_key).new().to_json(encrypt=True))


def _read(secret_key: str, stored: str) -> Any | None:
    try:
        return _kind(secret_key).from_json(stored)
    except (ValueError, TypeError, KeyError):
        return None  # the site's key is another since


def match(secret_key: str, stored: str, code: str, now: datetime, counter: int = -1) -> int | None:
    """The counter of the step for which this code is right; None where it is wrong, or older than `counter`."""
    totp = _read(secret_key, stored)
    if totp is None:
        return None
    try:
        return int(totp.match(code, int(now.timestamp()), window=STEP, last_counter=counter).counter)
    except TokenError:
        return None


def readable(secret_key: str, stored: str) -> str:
    """The secret, by fours, for whoever cannot take a picture of the code."""
    totp = _read(secret_key, stored)
    return totp.pretty_key(sep=" ") if totp else ""


def picture(secret_key: str, stored: str, site: str, account: str) -> str:
    """The code to take a picture of, as SVG."""
    totp = _read(secret_key, stored)
    uri = totp.to_uri(label=account.replace(":", " "), issuer=site.replace(":", " ")) if totp else ""
    return str(segno.make(uri, error="m").svg_inline(border=4, scale=5, light="#fff", title="Code à photographier avec votre application"))
