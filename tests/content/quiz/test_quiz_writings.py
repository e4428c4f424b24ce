"""Every way of typing a quiz that the formats name, one example each: understood, understood with a warning, or refused."""

from __future__ import annotations

import pytest

from tests.content.quiz.quiz_writings import FIXTURES, LINES, in_words, writings

WRITINGS = list(writings())


def test_what_is_typed_is_understood_as_said(subtests: pytest.Subtests) -> None:
    for writing in WRITINGS:
        with subtests.test(str(writing)):
            quiz, _ = writing.read()
            assert in_words(quiz) == writing.expected_words()


def test_what_is_typed_has_the_problems_said_and_no_other(subtests: pytest.Subtests) -> None:
    for writing in WRITINGS:
        with subtests.test(str(writing)):
            _, problems = writing.read()
            expected = writing.expected_problems()
            assert [(each.line - LINES, each.code) for each in problems] == [(line, code) for line, code, _ in expected]
            for problem, (_, _, words) in zip(problems, expected, strict=True):
                assert words in f"{problem.message} {problem.hint}"


def test_a_warning_of_habit_shows_the_clean_form(subtests: pytest.Subtests) -> None:
    for writing in WRITINGS:
        with subtests.test(str(writing)):
            _, problems = writing.read()
            assert all(each.hint.startswith("Écrivez") for each in problems if each.code == "A20")


def test_every_example_of_the_fixtures_is_read() -> None:
    typed = sum(path.read_text(encoding="utf-8").count("~~~~~écrit") for path in FIXTURES.glob("ecritures-*.md"))
    assert len(WRITINGS) == typed > 100
