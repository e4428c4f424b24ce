"""After a failure, one plan: the passages to read again, each once, rather than the same « À relire » under every question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from app.assessment.questions.correct import LessonLink


@dataclass(frozen=True, slots=True)
class Passage:
    """Where what was missed is taught."""

    link: LessonLink
    questions: int
    """That were missed and are taught there."""
    lost: Fraction
    """Points."""


def reading_plan(answers: Iterable[tuple[LessonLink | None, Fraction]]) -> tuple[Passage, ...]:
    """The most useful passage first: the one that cost the most points, then the one whose question came first.

    `answers`: where each question is taught, if anywhere, and the points that its answer lost; 0 for a right one. A whole lesson comes after
    the passages, which are shorter to read.
    """
    found: dict[LessonLink, Passage] = {}
    for link, lost in answers:
        if link is not None and lost > 0:
            before = found.get(link, Passage(link, 0, Fraction(0)))
            found[link] = Passage(link, before.questions + 1, before.lost + lost)
    return tuple(sorted(found.values(), key=lambda passage: (not passage.link.anchor, -passage.lost)))
