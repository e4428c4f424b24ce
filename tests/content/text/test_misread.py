"""What a reader would see otherwise than its writer meant is never silent: generated lessons of one habit each, whose meaning is known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from random import Random

import pytest
from msgspec.structs import replace

from app.authoring.editor import remedies
from app.content.documents.reader import parse, read_document
from app.content.rendering.lesson import render_lesson
from app.content.values.course import Course, Lesson
from app.content.values.text import Problem
from tests.content.rendering.lessons import HEAD, course
from tests.content.text.habits_of_lessons import HABITS, around, passage

PATH = "modules/exemple/01-un.md"
_ATTRIBUTES = re.compile(r' (?:id|aria-[a-z]+|data-[a-z]+|start)="[^"]*"')
_ONE_WRITING = str.maketrans("\u00a0\u202fʼ‘´'", "  ’’’’")
_BETWEEN_FILES = {"A05", "E13", "E15"}


@cache
def example() -> Course:
    return course("Un.\n", media={"carte.png": "abc", "la carte.png": "def"})[0]


def shown(body: str) -> str:
    """What readers see and hear, whatever its anchors."""
    lesson, _ = parse(PATH, HEAD + body)
    assert isinstance(lesson, Lesson)
    page = str(render_lesson(replace(example(), lessons={lesson.id: lesson}), lesson, None).html)
    return " ".join(_ATTRIBUTES.sub("", page).translate(_ONE_WRITING).split())


def problems(body: str) -> list[Problem]:
    return [found for found in read_document(PATH, HEAD + body).problems if found.code not in _BETWEEN_FILES]


def judged(kind: str, seed: int) -> tuple[str, str]:
    """What became of a habit — seen, silent, noisy, mended… — and the passage."""
    clean, habit = passage(kind, seed)
    meant, _ = around(Random(seed), clean)
    written, lines = around(Random(seed), habit)
    above = HEAD.count("\n")
    if noise := problems(meant):
        return f"bruit {noise[0]}", clean
    if shown(written) == shown(meant):
        return "compris", habit
    found = problems(written)
    if not any(each.line - above in range(lines.start - 1, lines.stop + 1) for each in found):
        return "silence", habit
    return "dit et remédié" if shown(_remedied(written)) == shown(meant) else "dit", habit


def _remedied(body: str) -> str:
    """After every button, as an impatient trainer clicks."""
    text = HEAD + body
    for _ in range(12):
        written = (
            remedies.mend_text(PATH, text, found) for found in read_document(PATH, text).problems if remedies.label(found, text.split("\n")[found.line - 1])
        )
        after = next((one for one in written if one is not None), None)
        if after is None:
            break
        text = after
    return text.removeprefix(HEAD)


@pytest.mark.parametrize("kind", HABITS)
def test_no_habit_is_silent(kind: str) -> None:
    outcomes = [judged(kind, seed) for seed in range(4)]
    assert [one for one in outcomes if one[0] == "silence" or one[0].startswith("bruit")] == []


@pytest.mark.proof
def test_of_thousands_of_lessons_none_is_misread_in_silence(record_property: Callable[[str, object], None]) -> None:
    outcomes = Counter[str]()
    silent = []
    for seed in range(110):
        for kind in HABITS:
            became, told = judged(kind, 1_000 + seed)
            outcomes[became.partition(" ")[0] if became.startswith("bruit") else became] += 1
            silent += [(kind, became, told)] if became == "silence" or became.startswith("bruit") else []
    counted = ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))
    record_property("shown", f"leçons lues de travers en silence : {outcomes['silence']} sur {outcomes.total()} ({counted})")
    assert silent == []
