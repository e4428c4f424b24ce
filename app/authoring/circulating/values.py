"""What a lesson says, passage by passage, and where each sign of it is written. Pure."""

from __future__ import annotations

from enum import StrEnum

from markdown_it.token import Token
from msgspec import Struct
from msgspec.structs import replace

from app.content.papers.paper import ParagraphLook

NOWHERE = -1


class Style(Struct, frozen=True):
    """How the signs from `start` on look, until the next one."""

    start: int
    bold: bool = False
    italic: bool = False
    link: str = ""


class Spelt(Struct, frozen=True):
    """`places`: of each sign of `text`, its offset where it is written, `NOWHERE` for what is not; empty where nothing is."""

    text: str
    places: tuple[int, ...] = ()
    styles: tuple[Style, ...] = ()
    calls: tuple[tuple[int, Passage], ...] = ()
    """(before which sign, what the note says) of each call."""

    def place(self, index: int) -> int:
        return self.places[index] if 0 <= index < len(self.places) else NOWHERE

    def led(self, words: str) -> Spelt:
        """With words before it that nobody wrote."""
        more = len(words)
        styles = (Style(0), *(replace(each, start=each.start + more) for each in self.styles))
        return Spelt(words + self.text, (*([NOWHERE] * more), *self.places), styles, tuple((at + more, note) for at, note in self.calls)) if words else self

    def after(self, start: int) -> Spelt:
        """What stands behind the first signs."""
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
