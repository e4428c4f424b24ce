"""The remedies that say what to write in a lesson, followed to the letter: what they speak of is gone, and nothing else is to mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from app.content.values.text import Problem
from tests.content.cases import Case, cases

Follower = Callable[[list[str], int, re.Match[str]], list[str]]


def _without(lines: list[str], place: int, _: re.Match[str]) -> list[str]:
    return [*lines[:place], *lines[place + 1 :]]


def _instead(lines: list[str], place: int, found: re.Match[str]) -> list[str]:
    return [*lines[:place], found[1], *lines[place + 1 :]]


def _in_head(lines: list[str], place: int, found: re.Match[str]) -> list[str]:
    end = lines.index("---", 1)
    return [*lines[:end], found[1], *lines[end:]]


def _blank_above(lines: list[str], place: int, _: re.Match[str]) -> list[str]:
    rule = next(at for at in range(place, len(lines)) if re.fullmatch(r"[-=]+", lines[at]))
    return [*lines[:rule], "", *lines[rule:]]


def _at_margin(lines: list[str], place: int, _: re.Match[str]) -> list[str]:
    end = next((at for at in range(place, len(lines)) if not lines[at].startswith((" ", "\t"))), len(lines))
    return [*lines[:place], "", *(line.lstrip() for line in lines[place:end]), *lines[end:]]


FOLLOWED: tuple[tuple[str, Follower], ...] = (
    (r"Retirez la ligne\.|Effacez cette ligne : .*|Écrivez la ligne sans lui\.", _without),
    (r"Écrivez « (#.*) »\.", _instead),
    (r"Réécrivez-le ou retirez-le ; s’il est voulu, ajoutez à l’en-tête : (.*)", _in_head),
    (r"Écrivez une ligne vide au-dessus du trait\.", _blank_above),
    (r"Écrivez ces lignes à la marge, après une ligne vide\.", _at_margin),
)


def follow_hint(case: Case, problem: Problem) -> Case | None:
    """The case once the hint of a problem is followed; None for a hint that leaves something to its reader."""
    for said, follow in FOLLOWED:
        if found := re.fullmatch(said, problem.hint):
            lines = follow(case.files[problem.path].split("\n"), problem.line - 1, found)
            return replace(case, files={**case.files, problem.path: "\n".join(lines)})
    return None


def _words_of(problem: Problem) -> str:
    return re.sub(r"\d+", "", f"{problem.code} {problem.message}")


FOUND = [
    (case, problem, mended)
    for case in cases()
    if case.bad
    for problem in case.problems()
    if problem.path in case.files and problem.path.startswith("modules/") and (mended := follow_hint(case, problem)) is not None
]


def test_there_are_such_remedies() -> None:
    assert {problem.code for _, problem, _ in FOUND} >= {"A27", "A37", "A47"}


@pytest.mark.parametrize(("case", "problem", "mended"), FOUND, ids=[f"{problem.code} {case.title}" for case, problem, _ in FOUND])
def test_a_remedy_ends_its_problem_and_begins_none(case: Case, problem: Problem, mended: Case) -> None:
    before, after = [_words_of(each) for each in case.problems()], [_words_of(each) for each in mended.problems()]
    assert after.count(_words_of(problem)) < before.count(_words_of(problem))
    assert set(after) <= set(before)
