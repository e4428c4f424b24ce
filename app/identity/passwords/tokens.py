"""What this site signs, and the links that let somebody choose a password: they expire, work once, and name nobody. Values in, values out."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from itsdangerous import BadData, URLSafeSerializer

Secret: TypeAlias = str | Sequence[str]
"""`Settings.keys`, or one: each checks, the last one signs."""
LINK = "password-link"
BY_MAIL = timedelta(hours=2)
BY_HAND = timedelta(days=3)
"""A link that an administrator passes on waits longer than one that the person has just asked for."""


def sign(secret: Secret, purpose: str, content: Any) -> str:
    """Text for an address or a cookie. What is signed for one purpose is worth nothing for another."""
    return str(URLSafeSerializer(secret, salt=f"croisee-{purpose}").dumps(content))


def signed(secret: Secret, purpose: str, token: str) -> Any:
    """What `sign` was given; None for anything that this site did not sign."""
    try:
        return URLSafeSerializer(secret, salt=f"croisee-{purpose}").loads(token)
    except BadData:
        return None


def issue(secret: Secret, person_id: int, version: str, expires: datetime) -> str:
    """A token for the person whose links have this version: choosing a password draws another version, so the token works once."""
    return sign(secret, LINK, [person_id, _mark(version), int(expires.timestamp())])


def holder(secret: Secret, token: str, now: datetime) -> int | None:
    """Id of the person whom an authentic, unexpired token names, else None. The version remains to be checked with `matches`."""
    content = _read_token(secret, token)
    return content[0] if content and now < datetime.fromtimestamp(content[2], UTC) else None


def matches(secret: Secret, token: str, version: str) -> bool:
    """True when the person's links still have the version for which the token was issued."""
    content = _read_token(secret, token)
    return content is not None and hmac.compare_digest(content[1], _mark(version))


def _read_token(secret: Secret, token: str) -> tuple[int, str, int] | None:
    try:
        person_id, mark, expires = signed(secret, LINK, token)
    except (TypeError, ValueError):
        return None
    return int(person_id), str(mark), int(expires)


def _mark(version: str) -> str:
    """A few letters of a digest: the version itself does not travel in links."""
    return hashlib.sha256(version.encode()).hexdigest()[:16]
