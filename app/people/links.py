"""The signed link of an invitation: it expires, and holds for one drawing of the invitation's mark. Names nobody. Pure."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

BY_MAIL = timedelta(days=14)
PRINTED = timedelta(days=30)
"""A sheet of paper waits in a pigeonhole."""


@dataclass(frozen=True, slots=True)
class Link:
    """What an authentic link says. Whether it still holds is for the invitation to tell."""

    invitation_id: int
    mark: str
    expires: datetime

    def holds(self, mark: str, now: datetime) -> bool:
        return hmac.compare_digest(self.mark, mark) and now < self.expires


def issue(secret: str, link: Link) -> str:
    return _serializer(secret).dumps([link.invitation_id, link.mark, int(link.expires.timestamp())])


def read(secret: str, token: str) -> Link | None:
    """None for anything that this site did not sign."""
    try:
        number, mark, expires = _serializer(secret).loads(token)
        return Link(int(number), str(mark), datetime.fromtimestamp(int(expires), UTC))
    except (BadData, TypeError, ValueError):
        return None


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="croisee-invitation")
