"""Numbers as French writes them."""

from __future__ import annotations

import re
from decimal import Decimal

from app.content.figures.figure import FigureRefused

_SPACES = re.compile(r"\s")
_NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,6})?")


def number(written: str) -> Decimal:
    """A positive one, `1 362` or `12,5`, its unit tolerated after it when it is a sign."""
    bare = _SPACES.sub("", written).rstrip("%€")
    if not _NUMBER.fullmatch(bare) or not bare.isascii():
        raise FigureRefused(f"« {written[:40]} » n’est pas un nombre positif.", "Écrivez le nombre seul, par exemple 12,5 ; l’unité va en tête.")
    return Decimal(bare.replace(",", "."))
