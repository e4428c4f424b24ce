"""The boxes of a quiz, however they are typed: which signs are boxes, which of them are ticked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.content.quiz.source.lines import NumberedLine

BULLETS = "•◦▪▫‣·●○►▶➤➢❖\uf0b7\uf0a7\uf0d8\uf076"
"""Word's bullets; those beyond U+F000 are what its symbol fonts become in plain text."""
TICKS, CROSSES = "☑✅✓✔🗸🗹\uf0fc\uf0fe", "✗✘❌☓✖✕🗴🗶\uf0fb"
CROSSED_BOXES = "☒❎🗵🗷\uf0fd"
"""A ticked box of Word, unless a tick is beside it: then nobody can tell."""
TICKED, EMPTY = f"{TICKS}{CROSSED_BOXES}■", f"{CROSSES}☐□▢◻❏❐❑❒⬜🔲🞎\uf0a8\uf06f"
_PICTURED = re.compile(f"(?<=[{TICKED}{EMPTY}])\ufe0f")
"""What makes a picture of a sign, unseen."""

SPACE = r"[ \t\u00a0\u202f\u2009]"
_MARKER = rf"(?:[-*+]|\d{{1,9}}[.)]|[{BULLETS}–—o§](?={SPACE}*[\[({TICKED}{EMPTY}])|[A-Za-z][.)](?={SPACE}*\[))"
_BOX = re.compile(
    rf"( *)(?:({_MARKER})({SPACE}*))?"
    rf"(\[{SPACE}*[xX✓✔×]?{SPACE}*\](?![(\[:])|\({SPACE}*[xX•●✓✔]?{SPACE}*\)|[{TICKED}{EMPTY}])(?:({SPACE}*)(\S.*))?{SPACE}*$"
)


def without_pictures(lines: Sequence[NumberedLine]) -> list[NumberedLine]:
    """The lines with `✔️` as `✔`."""
    return [line.with_text(_PICTURED.sub("", line.text)) if "\ufe0f" in line.text else line for line in lines]


def box(text: str) -> tuple[bool, str] | None:
    """Whether a line begins with a box, ticked or not, and what follows it."""
    found = find_box(text)
    return (is_ticked(found[4]), found[6] or "") if found else None


def find_box(text: str) -> re.Match[str] | None:
    """The box at the start of a line: its indentation, bullet, space, sign, space, text. `(x)` and `()` are boxes only before a text, and without a bullet only when space stands between; `[]` always is."""
    found = _BOX.match(text)
    if found is None or found[4][0] == "[":
        return found
    marker, spaced, rest = found[2], found[5], found[6]
    is_box = rest and (marker or spaced) if found[4][0] == "(" else marker or rest
    return found if is_box else None


def is_ticked(sign: str) -> bool:
    return sign in TICKED or any(mark in sign for mark in "xX✓✔×•●")


def box_understood(found: re.Match[str]) -> str:
    """What is not the guide's form in a line that begins with a box, if anything is not."""
    sign, marker = re.sub(SPACE, " ", found[4]), found[2] or ""
    if sign not in ("[ ]", "[x]"):
        return f"« {sign} » compris comme « [{'x' if is_ticked(sign) else ' '}] »"
    if not marker:
        return "Case comprise, bien qu’il manque « - » devant elle"
    if marker not in "-*+" and not marker[:1].isdigit():
        return f"Puce « {marker} » comprise comme « - »"
    return "" if found[3] and found[5] else "Case comprise, bien qu’il manque une espace"


def crossed_beside_ticks(lines: Sequence[NumberedLine], mask: Sequence[bool]) -> list[NumberedLine]:
    """The lines whose box is crossed, in a question where others are ticked by a tick."""
    boxed = [(line, found[4]) for line, code in zip(lines, mask, strict=True) if not code and (found := find_box(line.text))]
    ticked = any(sign in TICKS for _, sign in boxed)
    return [line for line, sign in boxed if ticked and sign in CROSSED_BOXES]
