"""The questions that the positioning may ask: those of the published pools, each under the module that its pool is about. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from app.assessment.kinds.registry import kind_of
from app.content.values.course import Course, made_of_course
from app.content.values.quiz import Question
from app.learner.positioning.rules import LEAST_GUESS, LEVELS, TestItem
from app.record.progress.path_progress import default_path, modules_in_order


class Pool(Struct, frozen=True):
    items: tuple[TestItem, ...]
    revisions: Mapping[str, int]
    """Question → the revision that holds it."""
    histories: Mapping[str, str]
    """Of each module that has questions, in the order of the path."""


@made_of_course(4)
def pool_of(course: Course) -> Pool:
    items: list[TestItem] = []
    revisions: dict[str, int] = {}
    for quiz in course.quizzes.values():
        if quiz.is_pool and quiz.module_id in course.modules:
            asked = [item_of(question, str(quiz.module_id)) for question in quiz.questions if kind_of(question).shows_knowledge]
            items += asked
            if quiz.id in course.versions:
                revisions |= dict.fromkeys((item.id for item in asked), course.versions[quiz.id].revision_id)
    tested = {item.module_id for item in items}
    histories = {module.id: module.history for module in modules_in_order(course, default_path(course)) if module.id in tested}
    return Pool(tuple(items), revisions, histories)


def home_of(course: Course, side: str | None) -> str | None:
    """The line that whoever has this employer comes from; None for any other."""
    return next((line.id for line in course.lines if line.side and line.side == side), None)


def item_of(question: Question, module_id: str) -> TestItem:
    level = min(max(question.level, LEVELS[0]), LEVELS[-1])
    return TestItem(question.id, module_id, level, min(1 - LEAST_GUESS, max(LEAST_GUESS, kind_of(question).luck())))
