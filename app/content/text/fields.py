"""What a tool leaves to be filled: `[[what to write => what the example writes]]`, within a line. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from app.content.values.quiz import GAP_CLOSE, GAP_OPEN

FIELD = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\]\]")
_ARROW = re.compile(r"(?:^|\s+)(?:=>|→)(?:\s+|$)")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARKED = re.compile(f"{GAP_OPEN}([^{GAP_CLOSE}]*){GAP_CLOSE}")


class Copy(StrEnum):
    """A tool has two: one to fill, and one that is filled."""

    BLANK = "modele"
    FILLED = "exemple"


def fields(line: str) -> Iterator[tuple[str, str]]:
    """(what to write, what the example writes) of each field of a line."""
    return (_parts(found[1]) for found in FIELD.finditer(line))


def _parts(inner: str) -> tuple[str, str]:
    hint, *example = _ARROW.split(inner, maxsplit=1)
    return hint.strip(), example[0].strip() if example else ""


def marked(text: str, copy: Copy) -> str:
    """The Markdown of one copy: each field is its words between two private-use letters, and its signs are no Markdown. Lines are kept."""
    return FIELD.sub(lambda found: mark(_PUNCTUATION.sub(r"\\\1", _parts(found[1])[copy is Copy.FILLED])), text)


def mark(words: str) -> str:
    return f"{GAP_OPEN}{words}{GAP_CLOSE}"


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """A parsed text cut at its fields: (words, whether they are a field's). A field may be empty; what is between fields is not."""
    for place, words in enumerate(_MARKED.split(text)):
        if words or place % 2:
            yield words, bool(place % 2)
