"""What of the course is open to visitors, and the landing page: every figure that it gives is counted in the course."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from app.content.values.addresses import media_name
from app.content.values.course import Course, Lesson, Module, made_of_course
from app.content.values.quiz import Quiz
from app.record.progress.pace import about
from app.record.progress.path_progress import default_path, element_of, minutes_of, modules_in_order, proposed_by


class OpenCourse(Struct, frozen=True):
    lessons: tuple[Lesson, ...]
    """Those that say « public : oui », in the order of the path. A draft is not in the course, nor is what was withdrawn."""
    images: frozenset[str]
    """Under which names those lessons show them."""

    def has(self, lesson_id: str) -> bool:
        return any(lesson.id == lesson_id for lesson in self.lessons)

    def after(self, lesson_id: str) -> Lesson | None:
        ids = [lesson.id for lesson in self.lessons]
        return next(iter(self.lessons[ids.index(lesson_id) + 1 :]), None)


class LandingLine(Struct, frozen=True):
    """A module as a line, with a stop a lesson."""

    title: str
    history: str
    lessons: int
    minutes: int
    """Quizzes included, about."""


class LandingPage(Struct, frozen=True):
    contact: str
    """Whom to ask, as the operator wrote it; empty where nobody was named."""
    lines: tuple[LandingLine, ...]
    """Of the path that whoever has no cohort follows, in its order."""
    minutes: int
    """That the path takes, quizzes included, about."""
    lengths: tuple[int, int] | None
    """Minutes of its shortest lesson and of its longest; None where it has none."""
    questions: int
    """Of its quizzes and of its lessons."""
    lessons: tuple[Lesson, ...]
    """That may be read without an account."""
    terms: int
    events: int
    cites: int
    attestation: bool

    @property
    def total(self) -> int:
        """Lessons of the path."""
        return sum(line.lessons for line in self.lines)


@made_of_course(2)
def open_course(course: Course) -> OpenCourse:
    ordered = modules_in_order(course, default_path(course))
    lessons = [(module, course.lessons[id]) for module in ordered for id in module.lesson_ids if id in course.lessons and course.lessons[id].public]
    return OpenCourse(tuple(lesson for _module, lesson in lessons), frozenset(name for pair in lessons for name in _images(course, *pair)))


def _images(course: Course, module: Module, lesson: Lesson) -> Iterator[str]:
    digests = course.media.get(module.id, {})
    return (media_name(name, digests[name]) for name in lesson.images if name in digests)


def landing_page(course: Course, contact: str) -> LandingPage:
    path = default_path(course)
    modules = [course.modules[id] for id in path.module_ids if id in course.modules]
    proposed = {module.id: [element for id in proposed_by(course, module) if (element := element_of(course, id))] for module in modules}
    elements = [element for each in proposed.values() for element in each]
    lengths = [element.minutes for element in elements if isinstance(element, Lesson)]
    return LandingPage(
        contact=contact,
        lines=tuple(LandingLine(module.title, module.history, _lessons(proposed[module.id]), about(_minutes(proposed[module.id]))) for module in modules),
        minutes=about(_minutes(elements)),
        lengths=(min(lengths), max(lengths)) if lengths else None,
        questions=sum(len(element.questions) for element in elements),
        lessons=open_course(course).lessons,
        terms=len(course.glossary.entries),
        events=len(course.timeline.events),
        cites=len(course.network.cites),
        attestation=path.attestation,
    )


def _lessons(elements: list[Lesson | Quiz]) -> int:
    return sum(isinstance(element, Lesson) for element in elements)


def _minutes(elements: list[Lesson | Quiz]) -> int:
    return sum(map(minutes_of, elements))
