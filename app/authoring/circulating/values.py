"""Values: a lesson's passages with the place of each character, words as they are compared, a file that came back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from markdown_it.token import Token
from msgspec import Struct
from msgspec.structs import replace

from app.content.papers.paper import ParagraphLook
from app.content.quiz.report import INVISIBLE
from app.platform.french import NARROW, NO_BREAK
from app.platform.unicode import normal_form

NOWHERE = -1


class Style(Struct, frozen=True):
    """How the characters from `start` on look, until the next one."""

    start: int
    bold: bool = False
    italic: bool = False
    link: str = ""


class Spelt(Struct, frozen=True):
    """`places`: of each character of `text`, its offset where it is written, `NOWHERE` for what is not; empty where nothing is."""

    text: str
    places: tuple[int, ...] = ()
    styles: tuple[Style, ...] = ()
    calls: tuple[tuple[int, Passage], ...] = ()
    """(before which character, what the note says) of each call."""

    def place(self, index: int) -> int:
        return self.places[index] if 0 <= index < len(self.places) else NOWHERE

    def with_words_before(self, words: str) -> Spelt:
        """With words before it that nobody wrote."""
        more = len(words)
        styles = (Style(0), *(replace(each, start=each.start + more) for each in self.styles))
        return Spelt(words + self.text, (*([NOWHERE] * more), *self.places), styles, tuple((at + more, note) for at, note in self.calls)) if words else self

    def after(self, start: int) -> Spelt:
        """What stands behind the first characters."""
        styles = tuple(replace(each, start=max(0, each.start - start)) for each in self.styles)
        return Spelt(self.text[start:], self.places[start:], styles, tuple((max(0, at - start), note) for at, note in self.calls))


class PassageKind(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    ENTRY = "entry"
    CELL = "cell"
    LINE = "line"
    PICTURE = "picture"
    NOTE = "note"
    SAID = "said"
    """By the paper itself: nothing of the text stands behind it."""


class Passage(Struct, frozen=True):
    kind: PassageKind
    spelt: Spelt
    start: int = 0
    """Offsets, in the text, of the lines that hold the passage."""
    end: int = 0
    outer: int = 0
    """Where the block ends that holds it and others: a figure's lines."""
    level: int = 0
    """Of a heading, of a point of a list."""
    number: int = 0
    """Of a point of a numbered list."""
    begins: bool = False
    look: ParagraphLook = ParagraphLook.BODY
    prefix: str = ""
    """What begins a line of the same block."""
    place: tuple[int, int, int] = (0, 0, 0)
    """Of a cell: table, row, column, from 1; row 1 has the titles."""
    picture: Token | None = None

    @property
    def text(self) -> str:
        return self.spelt.text


# --- Words -----------------------------------------------------------------------------------------------------------
# What a word processor changes by itself is no difference.

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
    """A word or a punctuation mark: as it is compared, and its place in its text."""

    key: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Spaces are none, whatever their width."""
    found = (Word(normal_form(each[0]).translate(_SIGNS), each.start(), each.end()) for each in _TOKEN.finditer(text))
    return [word for word in found if word.key]


def key(text: str) -> str:
    """What is left of a text to compare: its words and its punctuation, a space between any two."""
    return " ".join(word.key for word in words(text))


def typed_words(text: str) -> str:
    """As somebody types it in the course: plain spaces, which the site narrows by itself, and no character that Markdown would take for its own."""
    return _MARKUP.sub(r"\\\1", unify_spaces(text))


def unify_spaces(text: str) -> str:
    """Plain spaces only, one at a time."""
    return _SPACES.sub(" ", normal_form(text).translate(_UNTYPED))


def typed_line(text: str) -> str:
    """The same for words that begin a line."""
    return _NUMBERED.sub(r"\1\\\2", _OPENING.sub(r"\\\1", typed_words(text).strip()))


# --- A file that came back -------------------------------------------------------------------------------------------


class Piece(Struct, frozen=True):
    """A paragraph, or a cell."""

    text: str
    style: str
    """Its name, in lower case."""
    heading: int = 0
    """Level of a title; 0 for what is none."""
    list_level: int = 0
    numbered: bool = False
    place: tuple[int, int, int] = (0, 0, 0)
    """Of a cell: table, row, column, from 1."""


class Comment(Struct, frozen=True):
    by: str
    text: str
    quote: str
    at: int
    """Which piece it stands at."""


class ReturnedFile(Struct, frozen=True):
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...]
    comments: tuple[Comment, ...]
    by: tuple[str, ...]
    """Who made the tracked changes, as the file names them."""


def parse_returned(answer: Mapping[str, Any]) -> ReturnedFile:
    """What `incoming/word/process.py` answered."""
    pieces = tuple(Piece(**{**each, "place": tuple(each["place"])}) for each in answer["pieces"])
    return ReturnedFile(pieces, tuple(answer["notes"]), tuple(Comment(**each) for each in answer["comments"]), tuple(answer["by"]))
