"""Numbers and plurals of the French sentences that assessment writes. Pure."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

from app.content.typography import NO_BREAK


def french_number(value: Decimal | Fraction | int) -> str:
    """« 5,6 »: exact for a decimal, rounded down to hundredths for a fraction."""
    exact = Decimal(floor(value * 100)) / 100 if isinstance(value, Fraction) else Decimal(value)
    text = f"{exact:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def counted(count: Decimal | Fraction | int, word: str) -> str:
    """« 1 question », « 8 questions », « 1,5 point »: French counts below 2 as singular."""
    return f"{french_number(count)}{NO_BREAK}{word}{'s' if count >= 2 else ''}"
