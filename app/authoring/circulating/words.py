"""The words of a passage, as two writings of it are compared: what a word processor changes by itself is no difference. Pure."""

from __future__ import annotations

import re

from msgspec import Struct

from app.content.quiz.source.lines import INVISIBLE
from app.platform.french import NARROW, NO_BREAK
from app.platform.unicode import normal_form

_TOKEN = re.compile(rf"[\w\u0300-\u036f{INVISIBLE}]+|\.{{3}}|[^\w\s]")
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ‛`´", "'"),
        **dict.fromkeys("«»“”„‟", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys(INVISIBLE, None),
        "…": "...",
    }
)
_UNTYPED = str.maketrans({**dict.fromkeys(f"{NARROW}{NO_BREAK}\u2009\u2007\t\n", " "), **dict.fromkeys(INVISIBLE, None), "\u2011": "-", "’": "'"})
_SPACES = re.compile(r" {2,}")
_MARKUP = re.compile(r"([\\`*_\[\]<|$~])")
_OPENING = re.compile(r"^(#{1,6}(?=\s)|[-+>](?=\s)|[=-]+$|:(?=\s))")
_NUMBERED = re.compile(r"^(\d+)([.)]\s)")


class Word(Struct, frozen=True):
    """A word or a sign: as it is compared, and its place in its text."""

    key: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Spaces are none, whatever their width."""
    found = (Word(normal_form(each[0]).translate(_SIGNS), each.start(), each.end()) for each in _TOKEN.finditer(text))
    return [word for word in found if word.key]


def key(text: str) -> str:
    """What is left of a text to compare: its words and its signs, a space between any two."""
    return " ".join(word.key for word in words(text))


def typed_words(text: str) -> str:
    """As somebody types it in the course: plain spaces, which the site narrows by itself, and no sign that Markdown would take for its own."""
    return _MARKUP.sub(r"\\\1", unspaced(text))


def unspaced(text: str) -> str:
    """Plain spaces only, one at a time."""
    return _SPACES.sub(" ", normal_form(text).translate(_UNTYPED))


def typed_line(text: str) -> str:
    """The same for words that begin a line."""
    return _NUMBERED.sub(r"\1\\\2", _OPENING.sub(r"\\\1", typed_words(text).strip()))
