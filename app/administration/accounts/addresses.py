"""Sign-in names of people who have no e-mail address. Pure."""

from __future__ import annotations

import re

from app.platform.french import fold

NOWHERE = "sans-adresse.invalid"
"""A domain that can never exist (RFC 2606): nothing that is sent there leaves."""


def made_up(name: str) -> str:
    """« ines.carpentier@sans-adresse.invalid »: the same name always gives the same, so that an import may be repeated."""
    return f"{re.sub(r'[^a-z0-9]+', '.', fold(name)).strip('.')[:80] or 'personne'}@{NOWHERE}"


def is_made_up(address: str) -> bool:
    return address.endswith(f"@{NOWHERE}")
