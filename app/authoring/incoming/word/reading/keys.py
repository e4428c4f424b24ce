"""The answers given apart: « Corrigé », « Réponses : 1b, 2a », a table of numbers and letters. Each goes to its question. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.authoring.incoming.word.reading.habits import QUESTION, WordBlock
from app.content.quiz.source.keys import QuizKey, key_line

_TITLE = re.compile(
    r"(?:corrig[ée]s?|correction|r[ée]ponses?|bonnes r[ée]ponses|solutions?|grille(?: de (?:r[ée]ponses|correction))?|cl[ée]s?)(?: (?:du|de la|des|aux) [\w ’']+)?\s*:?",
    re.IGNORECASE,
)
_VALUE = r"(?:\(?[a-h]\)?(?:\s*(?:,|et|&|\+|/)\s*\(?[a-h]\)?(?![a-zà-ÿ0-9]))*|vrai|faux)"
_ONE = re.compile(
    rf"(?:questions?|q|n\s*[°ºo])?\s*(\d{{1,3}})\s*[.):=–—-]*\s*(?:(?:la )?(?:bonne )?r[ée]ponses?\s*:?\s*)?({_VALUE})(?![a-zà-ÿ0-9])[\s.,;–—-]*", re.IGNORECASE
)


def split_answers(blocks: Sequence[WordBlock]) -> tuple[list[WordBlock], dict[int, str]]:
    """The blocks without those that only give answers, and the answer of each question, by its number."""
    kept: list[WordBlock] = []
    answers: dict[int, str] = {}
    announced = False
    for block in blocks:
        text = block.text.replace("**", "").replace("__", "").strip()
        opening = _TITLE.match(text)
        rest = text[opening.end() :].strip() if opening else text
        found = dict(_pairs(rest if opening else text)) if (opening or announced) and rest else {}
        if opening and opening.end() == len(text):
            announced = True
            kept.append(block)  # dropped below, if answers do follow it
        elif found:
            if announced and kept and _TITLE.fullmatch(kept[-1].text.replace("**", "").strip()):
                kept.pop()
            answers |= found
            announced = True
        else:
            announced = announced and not block.level and not QUESTION.match(text) and bool(block.remarks)
            kept.append(block)
    return kept, answers


def _pairs(text: str) -> Iterator[tuple[int, str]]:
    """All of the text, read as numbers and their answers; nothing where a part of it is something else."""
    if text.startswith("|"):
        yield from _of_table(text)
        return
    found: list[tuple[int, str]] = []
    position = 0
    text = " ".join(text.replace("\\\n", " ").split())
    while match := _ONE.match(text, position):
        found.append((int(match[1]), match[2]))
        position = match.end()
    if position == len(text):
        yield from found


def _of_table(text: str) -> Iterator[tuple[int, str]]:
    """Two columns, or two rows."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.split("\n") if not re.fullmatch(r"[\s|:-]+", line)]
    columns = [list(column) for column in zip(*rows, strict=False)] if len(rows) == 2 else rows
    for cells in columns:
        number = re.search(r"\d{1,3}", cells[0]) if cells else None
        if number and len(cells) > 1 and re.fullmatch(_VALUE, cells[1], re.IGNORECASE):
            yield int(number[0]), cells[1]


def with_answers(questions: Sequence[Sequence[WordBlock]], answers: dict[int, str]) -> list[list[WordBlock]]:
    """Each question with the answer that its number has, unless it says one itself."""
    given: list[list[WordBlock]] = []
    for place, blocks in enumerate(questions, 1):
        number = re.search(r"\d{1,3}", blocks[0].lines()[0])
        value = answers.get(int(number[0]) if number else place, "")
        own = any((key := key_line(line.strip())) is not None and key.key in (QuizKey.ANSWER, QuizKey.RIGHT) for block in blocks for line in block.lines())
        name = "Réponse" if value.casefold() in ("vrai", "faux") else "Bonne réponse"
        given.append([*blocks, WordBlock(f"{name} : {value}")] if value and not own else list(blocks))
    return given
