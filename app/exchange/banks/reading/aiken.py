"""Aiken → questions: a line, `A. …` or `A) …`, then `ANSWER: B`. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from app.exchange.banks.reading.imported_question import FoundBank, ImportedAnswer, ImportedQuestion, check_count, literal

_OPTION = re.compile(r"\s*([A-Z])[.)]\s+(\S.*)")
_ANSWER = re.compile(r"\s*(?:ANSWER|R[ÉE]PONSE)\s*:\s*([A-Z])\s*", re.IGNORECASE)


def recognises(text: str) -> bool:
    return "{" not in text and any(map(_ANSWER.fullmatch, text.split("\n")))


def read_aiken(text: str, pictures: list[bytes]) -> FoundBank:
    found: list[ImportedQuestion] = []
    lines: list[tuple[int, str]] = []
    for place, line in enumerate([*text.split("\n"), ""], 1):
        if answer := _ANSWER.fullmatch(line):
            found.append(_question(lines, answer[1].upper(), place))
            lines = []
        elif line.strip():
            lines.append((place, line.strip()))
    check_count(len(found))
    if lines:
        found.append(ImportedQuestion(lines[0][0], "multichoice", lines[0][1], refused="Il manque sa ligne « ANSWER: » et la lettre de la bonne réponse."))
    return FoundBank(found)


def _question(lines: list[tuple[int, str]], right: str, last: int) -> ImportedQuestion:
    options = [(option[1], option[2]) for _, line in lines if (option := _OPTION.fullmatch(line))]
    asked = [line for _, line in lines if not _OPTION.fullmatch(line)]
    question = ImportedQuestion(lines[0][0] if lines else last, "multichoice", asked[0][:60] if asked else "")
    question.statement = "\n\n".join(map(literal, asked))
    question.answers = [ImportedAnswer(literal(text), Decimal(100 if letter == right else 0)) for letter, text in options]
    return question
