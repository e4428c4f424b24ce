"""The situations: one a module, two levels deep, where each end weighs what it gains and what it costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from app.content.values.course import Lesson, Scene
from tests.course.the_course import NOTE, lessons, whole_modules

WORDS_A_MINUTE = 200


@cache
def situations() -> dict[str, Lesson]:
    return {name: lesson for name, lesson in lessons().items() if lesson.situation}


def scenes(lesson: Lesson) -> Iterator[tuple[Scene, str]]:
    """Each scene after the opening, with its text."""
    assert lesson.situation is not None
    lines = lesson.body.text.split("\n")
    ends = sorted(heading.line for heading in lesson.headings)
    for scene in lesson.situation.scenes():
        end = next(line for line in ends if line > scene.line)
        yield scene, "\n".join(lines[scene.line - lesson.body.line : end - lesson.body.line])


def test_one_a_module_which_ends_it() -> None:
    assert len(situations()) >= 5
    assert {module.id for module in whole_modules() if module.lesson_ids[-1] not in situations()} == set()


def test_its_size_and_its_time_are_honest(subtests: pytest.Subtests) -> None:
    for lesson in situations().values():
        with subtests.test(lesson.id):
            assert lesson.situation is not None
            assert lesson.quiz_id is None
            assert 900 <= lesson.words <= 1500
            assert lesson.words / WORDS_A_MINUTE <= lesson.minutes, "whoever tries every way has the time that is said"
            paths = list(lesson.situation.paths())
            assert 4 <= len(paths) <= 9
            assert min(paths) > 300


def test_no_choice_is_a_caricature(subtests: pytest.Subtests) -> None:
    """Each scene to which one leads says a gain and a cost, by name or by a turn, and one end at least of each first choice is argued to be worth it."""
    gain, cost, turn = re.compile(r"gain\b|gagne|rapporte"), re.compile(r"[Cc]oût"), re.compile(r"\b(?:[Mm]ais|[Ee]n échange|[Pp]ourtant)\b")
    best = re.compile(r"meilleure|plus solide|plus droite|bonne réparation|juste|bon accord|sage|plus net")
    for lesson in situations().values():
        with subtests.test(lesson.id):
            one_sided = [scene.title for scene, text in scenes(lesson) if not ((gain.search(text) and cost.search(text)) or turn.search(text))]
            assert one_sided == []
            assert any(best.search(text) for _, text in scenes(lesson))


def test_it_stands_on_sources_and_on_lessons(subtests: pytest.Subtests) -> None:
    for lesson in situations().values():
        with subtests.test(lesson.id):
            assert len(set(lesson.calls)) >= 5
            assert {link.target for link in lesson.links} & set(lessons())
            assert lesson.situation is not None
            labels = [choice.text for scene in (lesson.situation, *lesson.situation.scenes()) for choice in scene.choices]
            assert [label for label in labels if NOTE.search(label) or re.search(r"\d", label) or len(label.split()) > 18] == []
