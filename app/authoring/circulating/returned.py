"""What a file that came back says: its passages, its notes, the comments of whoever read it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


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
    """What `incoming/word/reading/process.py` answered."""
    pieces = tuple(Piece(**{**each, "place": tuple(each["place"])}) for each in answer["pieces"])
    return ReturnedFile(pieces, tuple(answer["notes"]), tuple(Comment(**each) for each in answer["comments"]), tuple(answer["by"]))
