"""The only shares of a mark that Moodle takes (question/engine/bank.php), as its files write them. Pure."""

from __future__ import annotations

from fractions import Fraction

_SAID = [
    "100",
    "90",
    "83.33333",
    "80",
    "75",
    "70",
    "66.66667",
    "60",
    "50",
    "40",
    "33.33333",
    "30",
    "25",
    "20",
    "16.66667",
    "14.28571",
    "12.5",
    "11.11111",
    "10",
    "5",
]
_EXACT = {
    "83.33333": Fraction(5, 6),
    "66.66667": Fraction(2, 3),
    "33.33333": Fraction(1, 3),
    "16.66667": Fraction(1, 6),
    "14.28571": Fraction(1, 7),
    "11.11111": Fraction(1, 9),
}
FRACTIONS = {said: _EXACT.get(said, Fraction(said) / 100) for said in _SAID}
"""As written → what it stands for."""


def share(count: int) -> tuple[str, bool]:
    """The share of each of so many answers, and whether it is exact: the nearest one otherwise."""
    wanted = Fraction(1, count)
    said = min(FRACTIONS, key=lambda each: abs(FRACTIONS[each] - wanted))
    return said, FRACTIONS[said] == wanted
