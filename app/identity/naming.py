"""How a person is named and looked up. Pure."""

from __future__ import annotations

import unicodedata

from app.french import fold

NAME_LENGTH, ADDRESS_LENGTH = 120, 254
"""Characters of a person's name, and of the longest address of mail there is (RFC 5321)."""


def search_key(name: str, address: str) -> str:
    """Where a person is looked for and stands in a list: no word crosses from name to address, « Anne » is before « Anne-Marie », an index has the room."""
    return f"{fold(name)[:240]}\n{fold(address)[:ADDRESS_LENGTH]}"


def normalise_address(address: str) -> str:
    """The one form under which an e-mail address is stored and looked up: trimmed, composed, lower case."""
    composed = unicodedata.normalize("NFKC", address.replace("\x00", "\ufffd"))  # PostgreSQL stores no NUL
    return unicodedata.normalize("NFKC", composed.lower()).strip()
