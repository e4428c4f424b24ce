"""Typed answers: `Réponse : contrat de ville | contrat`, the list under it, and what could be read in two ways."""

from __future__ import annotations

import re

_BAR = re.compile(r"(?<!\\)\|")
_SLASH = re.compile(r"(?<![\\<])/")
_WORD_OR = re.compile(r"\S\s+ou\s+\S", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\S\s+\([^)]+\)\s*$")


def alternatives(written: str) -> list[str]:
    """`a | b \\| c` → ["a", "b | c"]. A bar after a backslash is a real one."""
    return [" ".join(part.replace("\\|", "|").replace("\\/", "/").split()) for part in _BAR.split(written)]


def ambiguity(written: str) -> str:
    """The two readings of a typed answer that has two, as a sentence to follow a colon; empty when it has one.

    A bar settles it: with one, nothing else separates.
    """
    if _BAR.search(written):
        return ""
    if _SLASH.search(written):
        pieces = [piece.strip() for piece in _SLASH.split(written)]
        return _two_readings(pieces, written.replace("\\/", "/"))
    if ";" in written:
        return _two_readings([piece.strip() for piece in written.split(";")], written)
    if _WORD_OR.search(written):
        return _two_readings(re.split(r"\s+ou\s+", written.strip(), flags=re.IGNORECASE), written)
    if _PARENTHESIS.search(written):
        outside, _, inside = written.strip().rstrip(") ").rpartition("(")
        return _two_readings([outside.strip(), inside.strip()], written)
    return ""


def _two_readings(pieces: list[str], whole: str) -> str:
    named = ", ".join(f"« {piece} »" for piece in pieces if piece)
    return f"plusieurs réponses ({named}), ou la seule réponse « {whole.strip()} »."
