"""Who needs a second factor, and what printed codes look like. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date
from enum import Enum, StrEnum

from app.identity.rules import REPORTERS, Role

NEEDED = REPORTERS
"""Who sees or decides what concerns others: administrators, trainers, responsables."""

CODES = 10
"""Printed at once. Each works once."""
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another on paper."""
CODE_LENGTH = 16
"""Signs of a printed code, by fours: beyond any guess, so that its digest needs no key."""
LOST_FOR_DAYS = 7
"""How long a second administrator has to confirm that somebody lost their factor."""


class Asked(Enum):
    """What sign-in asks for after the password."""

    NOTHING = "nothing"
    FACTOR = "factor"
    SET_UP = "set up"


class Changed(StrEnum):
    """What a person is told of by letter, and the journal keeps."""

    BROWSER = "new_browser"
    ADDED = "factor_added"
    REMOVED = "factor_removed"
    CODES = "codes_drawn"
    CODE_USED = "code_used"
    LINKED = "institution_linked"
    UNLINKED = "institution_unlinked"


def asked(roles: Collection[Role], has_factor: bool, today: date, since: date | None) -> Asked:
    """`since`: from when the site asks a factor of those who need one; None: it only offers it."""
    if has_factor:
        return Asked.FACTOR
    return Asked.SET_UP if since is not None and today >= since and not NEEDED.isdisjoint(roles) else Asked.NOTHING


def shown_code(code: str) -> str:
    """By fours, to be read and typed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def code_digest(typed: str) -> str:
    """Of a printed code, however it is typed: capitals, spaces and dashes do not count."""
    return hashlib.sha256("".join(sign for sign in typed.lower() if sign.isalnum()).encode()).hexdigest()
