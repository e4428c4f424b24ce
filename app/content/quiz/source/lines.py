"""The lines of a quiz as its readers pass them on: each knows its number in the file, so that one may be cut, added or rewritten."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from app.content.quiz.source.keys import KeyLine

_FENCE = re.compile(r"\s*(?:[-*+]\s+|\d{1,9}[.)]\s+|>\s?)*(`{3,}(?=[^`]*$)|~{3,})")
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""What a word processor leaves in a paste: zero-width and soft signs."""


class NumberedLine(Struct, frozen=True):
    number: int
    """In the file; several lines may share one, when one written line says several things."""
    text: str
    key: KeyLine | None = None
    """Once the words of the question are plain: what the line says, if it is `Clé : valeur`."""

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" "))

    def with_text(self, text: str) -> NumberedLine:
        """Returns a line with another text at the same place."""
        return NumberedLine(self.number, text)


def numbered(body: str, first_line: int) -> list[NumberedLine]:
    """The lines of a body. The white space that opens a line is made plain (tabs of four, no-break spaces)."""
    return [NumberedLine(number, plain_opening(text)) for number, text in enumerate(body.split("\n"), first_line)]


def plain_opening(text: str) -> str:
    """The text, its opening white space in ordinary spaces, without the invisible signs that a paste leaves there."""
    if not text or (text[0] > "*" and text[0] < "\u00a0"):
        return text
    rest = text.lstrip(f" \t\u00a0\u202f\u2003\u2002\u2009{INVISIBLE}")
    opening = text[: len(text) - len(rest)]
    if opening.strip(" ") == "":
        return text
    width = 0
    for sign in opening:
        width += 4 - width % 4 if sign == "\t" else 0 if sign in INVISIBLE else 1
    return " " * width + rest


def code_mask(lines: Sequence[NumberedLine]) -> tuple[list[bool], int | None]:
    """Which lines are inside a fenced block, its fences included; and the index of a fence that is never closed."""
    mask: list[bool] = []
    fence, opened = "", None
    for index, line in enumerate(lines):
        found = _FENCE.match(line.text) if "```" in line.text or "~~~" in line.text else None
        if not fence and found:
            fence, opened = found[1], index
            mask.append(True)
            continue
        mask.append(bool(fence))
        if fence and found and found[1].startswith(fence) and not line.text[found.end() :].strip():
            fence, opened = "", None
    return mask, opened
