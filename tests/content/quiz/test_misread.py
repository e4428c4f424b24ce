"""No quiz is misread in silence: generated questions of one habit each, whose meaning is known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from app.content.documents.describe import lines
from app.content.documents.reader import read_document
from tests.content.quiz.habits_of_quizzes import HABITS, around, passage
from tests.content.quiz.quiz_writings import HEAD, LINES, PATH

_PLACE = re.compile(r", ligne \d+")


def judged(kind: str, seed: int) -> tuple[str, str]:
    """What became of a habit — understood, said, silent — and how it was typed."""
    clean, habit = passage(kind, seed)
    meant, written = read_document(PATH, HEAD + around(clean)[0]), read_document(PATH, HEAD + around(habit)[0])
    if meant.problems:
        return f"bruit {meant.problems[0]}", clean
    in_words = [[_PLACE.sub("", line) for line in lines(reading)] for reading in (meant, written)]
    said = [found for found in written.problems if found.line - LINES in around(habit)[1]]
    if in_words[0] == in_words[1]:
        return "compris", habit
    return ("dit" if said else "silence"), habit


@pytest.mark.parametrize("kind", HABITS)
def test_no_habit_is_silent(kind: str) -> None:
    outcomes = [judged(kind, seed) for seed in range(8)]
    assert [one for one in outcomes if one[0] == "silence" or one[0].startswith("bruit")] == []


@pytest.mark.proof
def test_of_thousands_of_questions_none_is_misread_in_silence(record_property: Callable[[str, object], None]) -> None:
    outcomes, wrong = Counter[str](), []
    for seed in range(250):
        for kind in HABITS:
            became, typed = judged(kind, 1_000 + seed)
            outcomes[became.split(" ")[0]] += 1
            wrong += [] if became in ("compris", "dit") else [(kind, became, typed)]
    counted = ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))
    record_property("shown", f"questions lues de travers en silence : {outcomes['silence']} sur {outcomes.total()} ({counted})")
    assert wrong == []
