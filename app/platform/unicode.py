"""Texts made safe to store, show and export: Unicode's normal forms at a bounded cost, one line, no spreadsheet formula. Pure.

Python orders the marks of a letter by insertion up to the editions of spring 2026 (gh-149079): forty thousand marks on one « a » hold every thread for a
second, a megabyte of them for minutes. No language puts thirty on a letter: runs are broken there, as Unicode's « stream-safe » format does (UAX 15, D4)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]

MOST_MARKS = 30
"""Marks in a row on one letter."""
JOINER = "\u034f"
"""The « combining grapheme joiner », which nobody sees: no mark is ordered across it."""
LONGEST = 4
"""Characters of which one is composed at most."""

_MAYBE_MARKS = re.compile(r"(?:[^\w\s\x00-\u02ff\u2000-\u20cf\u2100-\u2cee]|[\uff9e\uff9f]){10,}")
"""Every mark is one of these, and so are some other characters. Ten may stand for thirty once they are decomposed."""


_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
"""Controls, marks of direction and of places where a line may end: nobody sees them, and some turn the letters around them. Not the joiners of letters
(U+200C, U+200D), which change what is seen."""


def one_line(text: str) -> str:
    """What stands on one line, as a name does: any run of spaces is one, and no character is kept that nobody sees."""
    return " ".join(_UNSEEN.sub("", text).split())


def normal_form(text: str, form: Form = "NFC", most: int | None = None) -> str:
    """The text in a normal form. Where it may hold `most` characters, no more is read than these can be made of: what is too long stays too long."""
    if most is not None:
        text = text[: LONGEST * (most + 1)]
    return text if text.isascii() else unicodedata.normalize(form, bounded_marks(text))


def bounded_marks(text: str) -> str:
    """Inserts an invisible joiner after every thirty combining marks in a row. Idempotent under any normal form."""
    return text if text.isascii() else _MAYBE_MARKS.sub(_break_run, text)


def _break_run(run: re.Match[str]) -> str:
    count = _marks(run.string[run.start() - 1])[1] if run.start() else 0
    parts: list[str] = []
    for sign in run.group():
        leading, trailing, whole = _marks(sign)
        if count + leading > MOST_MARKS:
            parts.append(JOINER)
            count = 0
        count = count + leading if whole else trailing
        parts.append(sign)
    return "".join(parts)


@lru_cache(4_096)
def _marks(character: str) -> tuple[int, int, bool]:
    """Of what a character is made of: marks before its first letter, marks after its last, and whether it is nothing but marks."""
    classes = [unicodedata.combining(each) > 0 for each in unicodedata.normalize("NFKD", character)]
    if all(classes):
        return len(classes), len(classes), True
    return classes.index(False), classes[::-1].index(False), False


# --- Text that a spreadsheet would run instead of showing it ---

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_formula(text: str) -> bool:
    """Characters of another width (« ＝ ») count: some spreadsheets take them for the usual ones. No letter and no digit is one of them, in any width."""
    return not text[:1].isalnum() and normal_form(text, "NFKC").lstrip(" ").startswith(_STARTS)


def neutral(text: str) -> str:
    """A text that a spreadsheet would run gets an apostrophe in front, as OWASP advises."""
    return f"'{text}" if is_formula(text) else text
