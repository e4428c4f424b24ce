"""How much work it is to guess a password: in bits, counted as the CNIL does, but what lists of common passwords, words, dates and keyboards hold
counts for its rank there. Pure."""

from __future__ import annotations

from math import log2
from typing import Any, Final

from msgspec import Struct

LOOKED_AT: Final = 72
"""Characters of a password that are looked up: the library takes no more, and nothing after them makes the start easier."""
_CLASSES = (("abcdefghijklmnopqrstuvwxyz", 26), ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26), ("0123456789", 10))
_OTHERS = 33
"""Signs of a keyboard, the space and accents together."""
FOUND = {
    "password": "il contient un mot de passe des plus courants",
    "dictionary": "il contient un nom ou un mot courant",
    "spatial": "il contient une suite de touches voisines",
    "repeat": "il se répète",
    "sequence": "il contient une suite de lettres ou de chiffres",
    "date": "il contient une date",
    "regex": "il contient une année",
}


class Strength(Struct, frozen=True):
    bits: int
    why: str
    """What makes it weaker than its length says, in words; empty where nothing does."""


def strength(password: str) -> Strength:
    parts = _parts(password[:LOOKED_AT])
    each = log2(_alphabet(password))
    known = [part for part in parts if part["pattern"] != "bruteforce"]
    bits = sum(log2(part["guesses"]) for part in known) + each * sum(len(part["token"]) for part in parts if part not in known)
    longest = max(known, key=lambda part: len(part["token"]), default=None)
    return Strength(int(bits), FOUND[_kind(longest)] if longest else "")


def _parts(password: str) -> list[dict[str, Any]]:
    """Imported when the first password is chosen: its lists weigh fifteen megabytes."""
    from zxcvbn import zxcvbn

    found: list[dict[str, Any]] = zxcvbn(password)["sequence"] if password else []
    return found


def _kind(part: dict[str, Any]) -> str:
    return "password" if part.get("dictionary_name") == "passwords" else str(part["pattern"])


def _alphabet(password: str) -> int:
    """How many signs somebody draws from who uses these."""
    kinds = [size for signs, size in _CLASSES if not set(signs).isdisjoint(password)]
    others = set(password).difference(*(signs for signs, _ in _CLASSES))
    return sum(kinds) + (_OTHERS if others else 0) or 1
