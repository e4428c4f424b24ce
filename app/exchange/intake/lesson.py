"""The text of a lesson: what of it looks like a sign that no page here shows as its author meant, asked once; and its Markdown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.authoring.incoming.word import habits
from app.authoring.incoming.word.habits import WordBlock
from app.exchange.intake.lines import AUTOMATIC, Line, without_signs
from app.exchange.intake.units import ASIDE, Asker, Doubt
from app.platform.french import short

if TYPE_CHECKING:
    from app.exchange.intake.reading import Source

TITLE, KEEP = "titre", "garder"


def ask_sign(line: Line, asker: Asker) -> str:
    return ""


def as_answered(line: Line, answer: str) -> Line:
    return line


def body(source: Source, lines: Sequence[Line], notes: Mapping[str, str]) -> str:
    """The Markdown of a lesson from its lines."""
    written = source.text.split("\n")
    if source.plain:
        return "\n".join(_verbatim(written, lines)).strip()
    blocks: list[WordBlock] = []
    for line in lines:
        text = "\n".join(written[line.at : line.last + 1])
        said = [source.said[number] for number in line.remarks if number < len(source.said)]
        blocks.append(WordBlock(_as_typed(text), said, 0))
    return habits.body(blocks)


def _as_typed(text: str) -> str:
    return without_signs(habits.MARK.sub("", text)).rstrip("\\ ")


def _verbatim(written: Sequence[str], lines: Sequence[Line]) -> list[str]:
    kept: list[str] = []
    last = -1
    for line in lines:
        if kept and line.at > last + 1:
            kept.append("")
        kept += written[line.at : line.last + 1]
        last = line.last
    return kept


__all__ = ["ASIDE", "AUTOMATIC", "Doubt", "short"]
