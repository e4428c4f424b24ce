"""What a path asks for, in which order, and how long it takes. Pure: nothing of people."""

from __future__ import annotations

from math import ceil

from app.content.values.course import Course, LearningPath, Lesson, Module
from app.content.values.quiz import Quiz


def element_of(course: Course, element_id: str) -> Lesson | Quiz | None:
    return course.lessons.get(element_id) or course.quizzes.get(element_id)


def is_optional(course: Course, element_id: str) -> bool:
    """A lesson says so itself; a lesson's quiz is optional with its lesson."""
    quiz = course.quizzes.get(element_id)
    lesson = course.lessons.get((quiz.lesson_id or "") if quiz else element_id)
    return lesson is not None and lesson.optional


MINUTES_A_QUESTION = 0.75
"""Reading a question, answering it and reading its correction, as readers of the course did it."""


def questions_of(quiz: Quiz) -> int:
    """Returns how many questions one attempt has."""
    return quiz.policy.draw or len(quiz.questions) + len(quiz.reuses)


def minutes_of(element: Lesson | Quiz) -> int:
    """How long an element takes, about: the declared minutes of a lesson, an estimate for a quiz."""
    return element.minutes if isinstance(element, Lesson) else ceil(questions_of(element) * MINUTES_A_QUESTION)


def default_path(course: Course) -> LearningPath:
    """The path marked « défaut », or, where the course names none, every module in turn."""
    marked = course.paths.default or next(iter(course.paths.paths), None)
    modules = tuple(course.modules)
    return marked or LearningPath(id="cours", title="Le cours", module_ids=modules, required_ids=modules, attestation=True, default=True, line=0)


def longest_path(course: Course) -> LearningPath:
    """The path that asks for most: where there is a short one, the whole course."""
    return max(course.paths.paths or (default_path(course),), key=lambda path: len(required_elements(course, path)))


def modules_in_order(course: Course, path: LearningPath) -> list[Module]:
    """The path's modules in order, then the published ones outside it."""
    ids = [*path.module_ids, *(m for m in course.modules if m not in path.module_ids)]
    return [course.modules[module_id] for module_id in ids if module_id in course.modules]


def required_elements(course: Course, path: LearningPath) -> tuple[tuple[str, str], ...]:
    """(element id, module id) of all that a path asks for today, in order: of its required modules, what it chose, else all that is not optional."""
    required = path.required_ids or path.module_ids
    return tuple((element_id, module_id) for module_id in path.module_ids if module_id in required for element_id in _kept_by(course, path, module_id))


def _kept_by(course: Course, path: LearningPath, module_id: str) -> tuple[str, ...]:
    module = course.modules.get(module_id)
    if module is None or not path.only_ids:
        return asked_by(course, module_id)
    return tuple(element_id for element_id in course.elements_of(module) if element_id in path.only_ids)


def proposed_by(course: Course, module: Module) -> tuple[str, ...]:
    """What a module proposes today: its elements that are not optional."""
    return tuple(element_id for element_id in course.elements_of(module) if not is_optional(course, element_id))


def asked_by(course: Course, module_id: str) -> tuple[str, ...]:
    """What a module asks for today, to be complete: all that it proposes."""
    module = course.modules.get(module_id)
    return proposed_by(course, module) if module else ()
