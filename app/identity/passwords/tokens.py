"""Signed links that let somebody choose a password: they expire, work once, and name nobody. Values in, values out."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

BY_MAIL = timedelta(hours=2)
BY_HAND = timedelta(days=3)
"""A link that an administrator passes on waits longer than one that the person has just asked for."""


def issue(secret: str, person_id: int, version: str, expires: datetime) -> str:
    """A token for the person whose links have this version: choosing a password draws another version, so the token works once."""
    return _serializer(secret).dumps([person_id, _mark(version), int(expires.timestamp())])


def holder(secret: str, token: str, now: datetime) -> int | None:
    """Id of the person whom an authentic, unexpired token names, else None. The version remains to be checked with `matches`."""
    content = _read(secret, token)
    return content[0] if content and now < datetime.fromtimestamp(content[2], UTC) else None


def matches(secret: str, token: str, version: str) -> bool:
    """True when the person's links still have the version for which the token was issued."""
    content = _read(secret, token)
    return content is not None and hmac.compare_digest(content[1], _mark(version))


def _read(secret: str, token: str) -> tuple[int, str, int] | None:
    try:
        person_id, mark, expires = _serializer(secret).loads(token)
    except (BadData, TypeError, ValueError):
        return None
    return int(person_id), str(mark), int(expires)


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="croisee-password-link")


def _mark(version: str) -> str:
    """A few letters of a digest: the version itself does not travel in links."""
    return hashlib.sha256(version.encode()).hexdigest()[:16]
