"""Options that stand on one line, `a) oui b) non` or `☑ Vrai ☐ Faux`, cut into as many lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.content.quiz.dialects.boxes import EMPTY, TICKED, box
from app.content.quiz.source.lines import NumberedLine, code_mask
from app.content.quiz.source.report import EACH_LINE, Notes

_INLINE = re.compile(r"(?:(?<=\s)|^)\(?([a-hA-H])\)\s+")


def one_option_a_line(lines: Sequence[NumberedLine], notes: Notes) -> list[NumberedLine]:
    """`a) oui b) non` and `☑ Vrai ☐ Faux` are cut into as many lines."""
    result: list[NumberedLine] = []
    for line, code in zip(lines, code_mask(lines)[0], strict=True):
        starts = [] if code or len(line.text) > 2_000 else _inline_options(line.text)
        parts = [_plain_box(line.text[start:end].strip(" \t,;/")) for start, end in zip(starts, [*starts[1:], None], strict=False)]
        if parts:
            notes.tolerated(line.number, "Réponses écrites sur une même ligne, comprises une à une", f"{EACH_LINE}{parts[0]}")
        result += [line.with_text(part) for part in parts] or [line]
    return result


def _plain_box(text: str) -> str:
    """`☑ Vrai` as `- [x] Vrai`; another text as it is."""
    found = box(text)
    return f"- [{'x' if found[0] else ' '}] {found[1]}" if found else text


def _inline_options(text: str) -> list[int]:
    """Where each option begins of a line that holds several, the first at its start."""
    letters = list(_INLINE.finditer(text))
    boxes = [index for index, sign in enumerate(text) if sign in TICKED + EMPTY and text[index + 1 :].strip()]
    if len(letters) > 1 and not letters[0].start() and "abcdefgh".startswith("".join(found[1].lower() for found in letters)):
        return [found.start() for found in letters]
    return boxes if len(boxes) > 1 and not text[: boxes[0]].strip() else []
