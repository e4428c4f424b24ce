"""Numbers, plurals and spaces of the French sentences that assessment writes. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import floor

NBSP, NNBSP = "\u00a0", "\u202f"

_BEFORE = re.compile(r" (?=[;:!?%])")
_AFTER_GUILLEMET, _BEFORE_GUILLEMET = re.compile("« "), re.compile(" »")


def typeset(sentence: str) -> str:
    """The spaces that French typography wants, as the course's own texts have them once rendered."""
    sentence = _BEFORE.sub(NNBSP, sentence)
    return _BEFORE_GUILLEMET.sub(f"{NBSP}»", _AFTER_GUILLEMET.sub(f"«{NBSP}", sentence))


def french_number(value: Decimal | Fraction | int) -> str:
    """« 5,6 »: exact for a decimal, rounded down to hundredths for a fraction."""
    exact = Decimal(floor(value * 100)) / 100 if isinstance(value, Fraction) else Decimal(value)
    text = f"{exact:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def counted(count: Decimal | Fraction | int, word: str) -> str:
    """« 1 question », « 8 questions », « 1,5 point »: French counts below 2 as singular."""
    return f"{french_number(count)}{NBSP}{word}{'s' if count >= 2 else ''}"
