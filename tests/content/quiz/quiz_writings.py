"""Reads fixtures/ecritures-*.md: what a trainer types, and how it must be understood or refused. The format is told in fixtures/README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from app.content.documents.describe import describe_question
from app.content.values.quiz import Quiz
from app.content.values.text import Problem
from tests.content.quiz.parsing import parse_quiz

FIXTURES = Path(__file__).parents[1] / "fixtures"
PATH = "quizzes/essai.md"
HEAD = "---\nid : essai\ntitre : Essai\nleçon : une-lecon\n---\n"
LINES = HEAD.count("\n")
_CASE = re.compile(r"^## ([^\n]+)\n\n~~~~~écrit\n(.*?)^~~~~~\n\n~~~~~compris\n(.*?)^~~~~~$", re.MULTILINE | re.DOTALL)
_BYTES = re.compile("⟦((?:[0-9A-F]{2})+)⟧".encode())
_PROBLEM = re.compile(r"! (\d+) ([AE]\d\d) ?(.*)")


@dataclass(frozen=True)
class Writing:
    """One example: the text typed, and what is understood, a line each."""

    file: str
    title: str
    typed: str
    understood: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file} : {self.title}"

    @property
    def text(self) -> str:
        return HEAD + _BYTES.sub(lambda found: bytes.fromhex(found[1].decode()), self.typed.encode()).decode()

    def read(self) -> tuple[Quiz | None, tuple[Problem, ...]]:
        return parse_quiz(PATH, self.text)

    def expected_problems(self) -> list[tuple[int, str, str]]:
        found = [_PROBLEM.fullmatch(line) for line in self.understood]
        return [(int(match[1]), match[2], match[3]) for match in found if match]

    def expected_words(self) -> list[str]:
        return [line for line in self.understood if line and not _PROBLEM.fullmatch(line)]


def writings() -> Iterator[Writing]:
    """Every example of every file."""
    for path in sorted(FIXTURES.glob("ecritures-*.md")):
        for title, typed, understood in _CASE.findall(path.read_text(encoding="utf-8")):
            yield Writing(path.stem, title, typed, tuple(understood.split("\n")))


def in_words(quiz: Quiz | None) -> list[str]:
    """The situations and questions of a quiz in words, their lines counted from the first line under the head."""
    if quiz is None:
        return []
    said = [f"Situation « {situation.title} » ({situation.id}) : {', '.join(situation.question_ids)}" for situation in quiz.situations]
    if quiz.reuses:
        said.append(f"Reprend : {', '.join(quiz.reuses)}")
    for number, question in enumerate(quiz.questions, 1):
        said += describe_question(number, replace(question, line=question.line - LINES))
    return said
