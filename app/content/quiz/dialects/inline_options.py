"""Options that stand on one line, `a) oui b) non` or `☑ Vrai ☐ Faux`, cut into as many lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.content.quiz.dialects.boxes import CROSSED_BOXES, EMPTY, TICKED, box
from app.content.quiz.source.lines import NumberedLine, code_mask
from app.content.quiz.source.report import EACH_LINE, RewriteNotes

_INLINE = re.compile(r"(?:(?<=\s)|^)\(?([a-hA-H])\)\s+")
_ROWS = (re.compile(rf"[{TICKED}{EMPTY}](?=\s*\S)"), re.compile(r"(?<!\S)\[[ xX]?\](?=\s+\S)"), re.compile(r"(?<!\S)\([ xX]?\)(?=\s+\S)"))
"""The boxes of a row, of one kind: `☑ Vrai ☐ Faux`, `[x] Vrai [ ] Faux`, `(x) Vrai ( ) Faux`."""


def one_option_a_line(lines: Sequence[NumberedLine], notes: RewriteNotes) -> list[NumberedLine]:
    """`a) oui b) non` and `☑ Vrai ☐ Faux` are cut into as many lines; beside a `☒`, boxes keep their signs, which only the whole question explains."""
    signed = any(sign in line.text for line in lines for sign in CROSSED_BOXES)
    result: list[NumberedLine] = []
    for line, code in zip(lines, code_mask(lines)[0], strict=True):
        starts = [] if code or len(line.text) > 2_000 else _inline_options(line.text)
        parts = [line.text[start:end].strip(" \t,;/") for start, end in zip(starts, [*starts[1:], None], strict=False)]
        if parts:
            notes.tolerated(line.number, "Réponses écrites sur une même ligne, comprises une à une", f"{EACH_LINE}{_plain_box(parts[0])}")
        result += [line.with_text(part if signed else _plain_box(part)) for part in parts] or [line]
    return result


def _plain_box(text: str) -> str:
    """`☑ Vrai` as `- [x] Vrai`; another text as it is."""
    found = box(text)
    return f"- [{'x' if found[0] else ' '}] {found[1]}" if found else text


def _inline_options(text: str) -> list[int]:
    """Where each option begins of a line that holds several, the first at its start."""
    letters = list(_INLINE.finditer(text))
    if len(letters) > 1 and not letters[0].start() and "abcdefgh".startswith("".join(found[1].lower() for found in letters)):
        return [found.start() for found in letters]
    rows = ([found.start() for found in boxes.finditer(text)] for boxes in _ROWS)
    return next((row for row in rows if len(row) > 1 and _opens(text[: row[0]].strip(), text[row[0]])), [])


def _opens(before: str, sign: str) -> bool:
    """Whether nothing stands before the first box but a bullet; behind a bullet, `[ ]` and `( )` may be words of the option."""
    return not before or (before in "-*+•" and sign not in "[(")
