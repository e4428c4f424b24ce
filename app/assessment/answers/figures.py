"""Numbers said in words: « trois ans » is « 3 ans », « soixante-dix » is « 70 ». Pure."""

from __future__ import annotations

import re
from functools import lru_cache

_NAMES = ("zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize", "vingt trente quarante cinquante soixante")


def _below_a_hundred() -> dict[str, int]:
    units, tens = (words.split() for words in _NAMES)
    units = [*units, *(f"dix {unit}" for unit in units[7:10])]
    named = {word: value for value, word in enumerate(units)}
    starts = [(ten, 10 * place, 20 if ten == "soixante" else 10) for place, ten in enumerate(tens, 2)]
    for ten, start, more in (*starts, ("quatre vingt", 80, 20)):
        named[ten] = start
        for value in range(1, more):
            joined = " et " if value in (1, 11) and start < 80 else " "
            named[f"{ten}{joined}{units[value]}"] = start + value
    return named


BELOW_A_HUNDRED = _below_a_hundred()
"""« vingt et un » → 21, without accents and hyphens."""
_SPELT = (("zero", "z[eé]ro"), ("quatre vingt", "quatre vingts?"), (" ", "[ -]"))


def _pattern(name: str) -> str:
    for plain, typed in _SPELT:
        name = name.replace(plain, typed)
    return f"{name}e?" if name.endswith("un") else name


_BELOW = "|".join(map(_pattern, sorted(BELOW_A_HUNDRED, key=len, reverse=True)))
_HUNDREDS = rf"(?:(?:(?:{_BELOW})[ -])?cents?(?:[ -](?:{_BELOW}))?|(?:{_BELOW}))"
SAID = rf"(?:(?:{_HUNDREDS}[ -])?mille(?:[ -]{_HUNDREDS})?|{_HUNDREDS})"
"""Pattern of a number in words, as it is typed in small letters or capitals; « 10 mille » is no such number."""
_SAID = re.compile(rf"(?<![\w-])(?<!\d )(?:{SAID})(?![\w-])(?! \d)", re.IGNORECASE)


@lru_cache(2_000)
def in_figures(text: str) -> str:
    """A cleaned text, each number that it says in words written in figures."""
    return _SAID.sub(lambda found: str(_value(found.group())), text)


def _value(said: str) -> int:
    words = re.sub(r"\bune\b", "un", re.sub(r"(vingt|cent)s\b", r"\1", said.lower().replace("-", " ").replace("é", "e"))).split()
    thousands, rest = (words[: words.index("mille")] or ["un"], words[words.index("mille") + 1 :]) if "mille" in words else ([], words)
    return 1000 * _hundreds(thousands) + _hundreds(rest)


def _hundreds(words: list[str]) -> int:
    before, rest = (words[: words.index("cent")] or ["un"], words[words.index("cent") + 1 :]) if "cent" in words else ([], words)
    return 100 * BELOW_A_HUNDRED.get(" ".join(before), 0) + BELOW_A_HUNDRED.get(" ".join(rest), 0)
