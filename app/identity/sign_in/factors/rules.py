"""What printed codes look like, and what is told of factors. Pure."""

from __future__ import annotations

import hashlib
from enum import StrEnum

CODES = 10
"""Printed at once. Each works once."""
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another on paper."""
CODE_LENGTH = 16
"""Signs of a printed code, by fours: beyond any guess, so that its digest needs no key."""
LOST_FOR_DAYS = 7
"""How long a second administrator has to confirm that somebody lost their factor."""


class FactorChange(StrEnum):
    """What a person is told of by letter, and the journal keeps."""

    BROWSER = "new_browser"
    ADDED = "factor_added"
    REMOVED = "factor_removed"
    CODES = "codes_drawn"
    CODE_USED = "code_used"
    LINKED = "institution_linked"
    UNLINKED = "institution_unlinked"


def spaced_code(code: str) -> str:
    """Splits a code into groups of four, to be read and typed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def code_digest(typed: str) -> str:
    """Hashes a printed code, ignoring capitals, spaces and dashes."""
    return hashlib.sha256("".join(sign for sign in typed.lower() if sign.isalnum()).encode()).hexdigest()
