"""What a conversion could not keep, as the text itself remembers it: the comments that it left, each where it speaks of something. Pure."""

from __future__ import annotations

import re

from msgspec import Struct

from app.authoring.incoming.word.reading.habits import REMARK
from app.content.quiz.source.report import short

_COMMENT = re.compile(rf"<!-- {re.escape(REMARK)}(.*?) -->")


class ConversionRemark(Struct, frozen=True):
    line: int
    said: str
    near: str
    """The first words that stand under it."""


def remarks(text: str) -> tuple[ConversionRemark, ...]:
    lines = text.split("\n")
    return tuple(ConversionRemark(number, found[1], _near(lines, number)) for number, line in enumerate(lines, 1) for found in _COMMENT.finditer(line))


def _near(lines: list[str], number: int) -> str:
    return short(next((line for line in lines[number:] if line.strip() and not _COMMENT.search(line)), ""), 80)


def without_remarks(text: str) -> str:
    """Removes the import comments from a text; a line that held only one is removed with it."""
    alone = re.sub(rf"(?m)^{_COMMENT.pattern}\n(?:\n)?", "", text)
    return _COMMENT.sub("", alone)
