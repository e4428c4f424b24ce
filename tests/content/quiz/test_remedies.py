"""Each remedy of each problem of a quiz, followed to the letter: it never moves a key, and leaves nothing new to mend on its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from app.content.documents.reader import read_document
from app.content.text.normalise import normalise
from app.content.values.quiz import Quiz
from app.content.values.text import Problem
from tests.content.quiz.habits_of_quizzes import HABITS, around, passage
from tests.content.quiz.quiz_writings import HEAD, PATH
from tests.content.quiz.remedies import followed
from tests.content.quiz.tidy import TEXTS

OTHER_READING = ("Pour la désigner, cochez-la", "Pour un trou, retirez les accents graves")
"""Hints of advice that say how the other of two readings is written."""
UNSPOKEN = {"A36", "A37", "A38", "A39", "A40", "A41", "A42", "A43", "A44"}
"""Codes of any text, not of the reader of quizzes."""


def keys(text: str) -> list[list[object]] | None:
    """What is right and wrong in each question that can be asked; None where the file has no quiz. What an option says beyond its first paragraph is no key."""
    document = read_document(PATH, text).document
    if not isinstance(document, Quiz):
        return None
    return [[part.split("\n\n")[0] if isinstance(part, str) else part for part in question.answer.identity()] for question in document.questions]


def wrong_remedies(text: str) -> Iterator[str]:
    """What following each hint of the text does that it should not."""
    text = normalise(text)
    problems = [found for found in read_document(PATH, text).problems if found.code not in UNSPOKEN]
    before = {_said(found) for found in problems}
    for problem in problems:
        texts = followed(text, problem)
        if texts is None:
            yield f"personne ne sait suivre {problem.code} : {problem.hint}"
        for mended in texts or ():
            yield from _harm(text, normalise(mended), problem, before)


def _said(problem: Problem) -> str:
    """The problem without its line, nor the lines and bullets of which it speaks."""
    return re.sub(r"\d+|« \S »", "", f"{problem.code} {problem.message}")


def _harm(text: str, mended: str, problem: Problem, before: set[str]) -> Iterator[str]:
    after = read_document(PATH, mended).problems
    if not problem.is_error and not problem.hint.startswith(OTHER_READING) and keys(mended) != keys(text):
        yield f"{problem} → {keys(text)} devient {keys(mended)}\n{mended}"
    grown = mended.count("\n") - text.count("\n")
    place = range(problem.line, problem.line + max(grown, 0) + 1)
    for found in after:
        if found.line in place and _said(found) not in before and found.code not in UNSPOKEN:
            yield f"{problem} → {found}\n{mended}"


def test_no_remedy_of_the_fixtures_moves_a_key_or_leaves_another_problem(subtests: pytest.Subtests) -> None:
    for text in TEXTS:
        with subtests.test(text[:60]):
            assert list(wrong_remedies(text)) == []


@pytest.mark.parametrize("kind", HABITS)
def test_no_remedy_of_a_habit_does(kind: str) -> None:
    assert [harm for seed in range(12) for harm in wrong_remedies(HEAD + around(passage(kind, seed)[1])[0])] == []


@pytest.mark.proof
def test_no_remedy_of_thousands_of_questions_does(record_property: Callable[[str, object], None]) -> None:
    texts = [HEAD + around(passage(kind, 5_000 + seed)[1])[0] for kind in HABITS for seed in range(250)]
    harms = [harm for text in texts for harm in wrong_remedies(text)]
    record_property("shown", f"remèdes suivis qui nuisent : {len(harms)}, pour {len(texts)} questions")
    assert harms == []
