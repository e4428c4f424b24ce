"""What to read again after an attempt: the passages that cost the most, in the order of the course. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from app.assessment.attempts.sheet import AttemptSheet
from app.assessment.questions.correct import LessonLink, lesson_link
from app.content.values.course import Course

MOST = 3
"""Passages of one plan: more is a list that nobody reads."""


def plan_of(sheet: AttemptSheet, course: Course) -> tuple[LessonLink, ...]:
    """The plan of a submitted attempt."""
    asked = [(entry.pooled.question, entry.pooled.quiz, entry.grade.fraction) for entry in sheet.entries]
    return reading_plan(((lesson_link(question, quiz, course), Fraction(question.points) * (1 - earned)) for question, quiz, earned in asked), course)


def reading_plan(answers: Iterable[tuple[LessonLink | None, Fraction]], course: Course) -> tuple[LessonLink, ...]:
    """Each passage once, as the course teaches them; a whole lesson only where none of its parts is named.

    `answers`: where each question is taught, if anywhere, and the points that its answer lost; 0 for a right one.
    """
    missed = [(link, points) for link, points in answers if link and points > 0]
    named = {link.lesson_id for link, _ in missed if link.anchor}
    lost: dict[LessonLink, Fraction] = {}
    for link, points in missed:
        if link.anchor or link.lesson_id not in named:
            lost[link] = lost.get(link, Fraction(0)) + points
    dearest = sorted(lost, key=lambda link: -lost[link])[:MOST]
    return tuple(sorted(dearest, key=lambda link: _place(link, course)))


def _place(link: LessonLink, course: Course) -> tuple[int, int]:
    lessons = [lesson_id for module in course.modules.values() for lesson_id in module.lesson_ids]
    anchors = [heading.anchor for heading in course.lessons[link.lesson_id].headings]
    return (
        lessons.index(link.lesson_id) if link.lesson_id in lessons else len(lessons),
        anchors.index(link.anchor) + 1 if link.anchor in anchors else 0,
    )
