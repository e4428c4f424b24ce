"""A figure as it was typed, frozen, and what is said of a line that is no part of one."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct


class FigureItem(Struct, frozen=True):
    """One line of a figure. Each kind uses what it needs beside the label."""

    label: str
    text: str = ""
    values: tuple[Decimal, ...] = ()
    """The number of a bar, those of its parts."""
    then: str = ""
    """What it became, where the text says what it was."""
    depth: int = 0
    """Of a branch, from 0; 1 for the way out of a step."""
    cell: tuple[int, int] = (0, 0)
    """Of a place: column and row, from 0."""
    line: int = 0


class Figure(Struct, frozen=True):
    kind: str
    """As typed after the three backticks, without its accents."""
    title: str
    items: tuple[FigureItem, ...]
    unit: str = ""
    columns: tuple[str, ...] = ()
    """The names of parts or of both sides; of the table's columns, for bars."""
    full: int = 0
    """The value of a whole bar; the longest one's when 0."""
    calls: tuple[str, ...] = ()
    """Labels of the notes that its caption calls."""


class FigureLine(Struct, frozen=True):
    """One line as written, its spaces at the left counted apart."""

    text: str
    indent: int
    number: int


class FigureRefused(Exception):
    """What is wrong, what to write instead, and where when it is not the line being read."""

    def __init__(self, message: str, hint: str, line: int = 0) -> None:
        super().__init__(message)
        self.message, self.hint, self.line = message, hint, line
