"""How wide is a word? Measured without a screen, by widths that no usual plain face exceeds; and lines cut between words. Pure."""

from __future__ import annotations

import re

SIZE, LEADING = 13, 17
"""Of the letters of a drawing, and from one of its lines to the next, in its own units: about a pixel on the narrowest screen."""
_WIDTHS = {**dict.fromkeys(" .,;:!|'’ijlI()[]\u00a0\u202f·", 0.36), **dict.fromkeys("frt-/«»", 0.42), **dict.fromkeys("mwMW%@…—ŒœÆæ→", 1.0)}
_CAPITAL, _SMALL, _OTHER, _BOLD = 0.78, 0.62, 1.05, 1.05
_CUT = re.compile(r"(?<=[-/])")


def measure(text: str, *, strong: bool = False) -> float:
    """The width of a line, rather too large than too small."""
    width = sum(_WIDTHS.get(letter) or (_OTHER if letter > "ɏ" else _CAPITAL if letter.isupper() else _SMALL) for letter in text)
    return width * SIZE * (_BOLD if strong else 1)


def pieces(word: str) -> list[str]:
    """Where a word may go to the next line: after its own hyphens and strokes."""
    return [piece for piece in _CUT.split(word) if piece]


def longest_piece(text: str) -> str:
    """What no line can be narrower than."""
    return max((piece for word in text.split(" ") for piece in pieces(word)), key=lambda piece: measure(piece, strong=True), default="")


def cut_into_lines(text: str, room: float, *, strong: bool = False) -> list[str]:
    """A text on as many lines as it takes, no word broken; one too long for a line goes on after its own hyphens."""
    lines: list[str] = []
    current, width = "", 0.0
    for glue, piece in _units(text, room, strong):
        added = measure(piece, strong=strong)
        if current and width + measure(glue, strong=strong) + added > room:
            lines.append(current)
            current, width = piece, added
        else:
            joined = glue if current else ""
            current, width = f"{current}{joined}{piece}", width + measure(joined, strong=strong) + added
    return [*lines, current] if current else lines


def _units(text: str, room: float, strong: bool) -> list[tuple[str, str]]:
    """(what stands before it on the same line, a word or a piece of one)."""
    units = []
    for word in text.split(" "):
        parts = [word] if measure(word, strong=strong) <= room else pieces(word)
        units += [(" " if place == 0 else "", part) for place, part in enumerate(parts) if part]
    return units
