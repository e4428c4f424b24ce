"""An open question: the line `Réponse libre`, then `Modèle :` and the model answer, in Markdown, up to the end of the question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.content.quiz.answers.shape import SETTINGS, AnswerShape, words
from app.content.quiz.blocks import QuizBlock, Shape
from app.content.quiz.source.keys import QuizKey, bare
from app.content.quiz.source.report import QuizReport
from app.content.values.quiz import OpenText
from app.content.values.text import Fragment

_MODEL = re.compile(r" {0,3}[*_]{0,3}mod[eè]le\s*[*_]{0,3}\s*[:：]\s*[*_]{0,3}\s*", re.IGNORECASE)
_FENCES = ("```", "~~~")


def cut_at_free_line(blocks: Sequence[QuizBlock]) -> tuple[list[QuizBlock], list[QuizBlock]]:
    """The blocks above the line `Réponse libre`, and those from it on: the line, then what follows. Without such a line, all and none."""
    for index, block in enumerate(blocks):
        may_hold = block.shape is Shape.TEXT and not block.code and not block.text.startswith(_FENCES) and "libre" in block.text.casefold()
        lines = block.text.split("\n") if may_hold else []
        place = next((place for place, line in enumerate(lines) if bare(line.strip(" *_:：")) == "reponse libre"), None)
        if place is not None:
            parts = [_part(block, start, lines[start:end]) for start, end in ((0, place), (place, place + 1), (place + 1, len(lines))) if start < end]
            at = int(place > 0)
            return [*blocks[:index], *parts[:at]], [*parts[at:], *blocks[index + 1 :]]
    return list(blocks), []


def _part(block: QuizBlock, start: int, lines: Sequence[str]) -> QuizBlock:
    text = "\n".join(lines)
    return replace(block, text=text, raw=text, line=block.line + start, last=block.line + start + len(lines) - 1)


def read_open(written: Sequence[QuizBlock], report: QuizReport) -> OpenText | None:
    """The model answer; None without one (E53)."""
    first, *rest = written
    while rest and rest[-1].shape is Shape.RULE:
        rest.pop()
    found = _MODEL.match(rest[0].raw) if rest and rest[0].shape is Shape.TEXT else None
    if found:
        opening = rest[0].raw[found.end() :]
        pieces = [opening, *(block.raw for block in rest[1:])]
        text = "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())
        if text:
            line = rest[0].line + opening.count("\n", 0, len(opening) - len(opening.lstrip("\n"))) if opening.strip() else rest[1].line
            return OpenText(Fragment(text, line))
    hint = "Écrivez dessous « Modèle : … », la réponse à laquelle chacun comparera la sienne."
    report.add(first.line, "E53", "« Réponse libre » n’est pas suivie de « Modèle : » : on n’aurait rien à quoi comparer ce qu’on écrit.", hint)
    return None


class OpenTextShape(AnswerShape[OpenText]):
    def lines(self, answer: OpenText) -> Iterator[str]:
        yield f"modèle : {words(answer.model)}"

    def settings(self, answer: OpenText) -> frozenset[QuizKey]:
        """Returns the settings that apply to an open question: all but its points."""
        return SETTINGS - {QuizKey.POINTS}
