"""A module, a lesson: one frozen value a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.standing_queries import open_attempts
from app.assessment.kinds.responses import Fields
from app.assessment.questions.in_lesson import LessonText, lesson_text
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course, Lesson, Module
from app.learner.messages import faq
from app.learner.messages.faq import Faq
from app.learner.messages.places import parts_of
from app.learner.pages.next_step import NextStep, step_to
from app.learner.visitors.queries import open_course
from app.platform.errors import NotYours
from app.record.progress.cards import ElementCard, ModuleCard, element_card, module_card
from app.record.progress.due_queries import due_dates_of
from app.record.progress.models import LearningEvent
from app.record.progress.path_progress import questions_of
from app.record.progress.queries import attestations_held, path_progress_of, reading_places, standing_of


class ModulePage(Struct, frozen=True):
    card: ModuleCard
    module: Module
    html: Markup
    notes: Markup
    next: NextStep | None
    """What comes next in this module; None where all is done, or all that is left waits."""
    onward: ElementCard | None
    """What comes next on the path, where this module has nothing more to do now."""
    waiting: tuple[ElementCard, ...]
    """What waits for somebody else."""
    previous: Module | None
    following: Module | None
    testable: bool
    """The positioning has questions on it, and something is left to do in it."""


class LessonReading(Struct, frozen=True):
    """What everybody reads of a lesson."""

    lesson: Lesson
    module: Module
    position: int
    """Of this lesson among its module's, from 1."""
    total: int
    text: LessonText
    """With its questions, and what was answered to one."""
    faqs: Sequence[Faq]
    previous: Lesson | None
    following: Lesson | None


class LessonPage(Struct, frozen=True):
    reading: LessonReading
    card: ElementCard
    quiz: ElementCard | None
    changed: bool
    """True when it changed in a way to read again since the person read it."""
    first_view: bool
    parts: tuple[tuple[str, str], ...]
    """(anchor, title) of its parts, for who reports an error."""


class OpenLessonPage(Struct, frozen=True):
    """A lesson for whoever has no account: nothing of it is kept, so nothing is counted."""

    reading: LessonReading
    questions: int
    """Of the quiz of the lesson, which asks for an account; 0 where it has none."""
    following: Lesson | None
    """The next one that is open."""
    contact: str
    """Whom to ask for an account, as the operator wrote it; empty where nobody was named."""


def module_page(session: Session, course: Course, person_id: int, module_id: str, on: date) -> ModulePage | None:
    """Returns the page of a published module, or None. `on`: the day on which sources are judged stale."""
    module = course.modules.get(module_id)
    if module is None:
        return None
    mine = path_progress_of(session, course, person_id)
    renderer = PageRenderer(course, module, on)
    html = renderer.html(module.body)
    places = reading_places(session, course, person_id)
    due_on = due_dates_of(session, mine).modules.get(module_id) if mine.path.steps else None
    card = module_card(mine, module, attestations_held(session, person_id), places, due_on)
    previous, following = _around(mine.modules(), module)
    left = mine.next_of(module_id)
    attempt = next((one for one in open_attempts(session, person_id) if one.quiz_id == left), None) if left else None
    return ModulePage(
        card=card,
        module=module,
        html=html,
        notes=renderer.notes(),
        next=step_to(session, mine, left, attempt, places) if left else None,
        onward=element_card(mine, mine.next_id, places=places) if mine.next_id and not left else None,
        waiting=tuple(element_card(mine, quiz_id, module) for quiz_id in mine.waiting_in(mine.module_elements(module_id))),
        previous=previous,
        following=following,
        testable=not card.progress.complete and any(quiz.is_pool and quiz.module_id == module_id for quiz in course.quizzes.values()),
    )


class Withdrawn(NotYours):
    """The lesson was withdrawn from the course after this person began it."""

    sentence = "Cette leçon a été retirée du cours. Ce que vous y avez fait vous reste : il est dans « Ma progression »."


def has_begun(session: Session, person_id: int, element_id: str) -> bool:
    query = select(LearningEvent.id).where(LearningEvent.person_id == person_id, LearningEvent.element_id == element_id)
    return session.scalar(query.limit(1)) is not None


def lesson_page(session: Session, course: Course, person_id: int, lesson_id: str, side: str | None, on: date, answers: Fields) -> LessonPage | None:
    """Returns the page of a published lesson in a module, or None. One SELECT besides the course's own."""
    reading = _reading(session, course, lesson_id, side, on, answers)
    if reading is None:
        return None
    lesson, module = reading.lesson, reading.module
    mine = standing_of(session, course, person_id, lesson_id, lesson.quiz_id)
    quiz = element_card(mine, lesson.quiz_id, module) if lesson.quiz_id in course.quizzes and lesson.quiz_id else None
    return LessonPage(
        reading=reading,
        card=element_card(mine, lesson_id, module),
        quiz=quiz,
        changed=mine.to_read_again(lesson_id),
        first_view=lesson_id not in mine.progress,
        parts=parts_of(lesson),
    )


def open_lesson_page(session: Session, course: Course, lesson_id: str, on: date, answers: Fields, contact: str) -> OpenLessonPage | None:
    """Returns the page of a lesson for a visitor, or None."""
    reading = _reading(session, course, lesson_id, None, on, answers)
    if reading is None:
        return None
    quiz = course.quizzes.get(reading.lesson.quiz_id or "")
    return OpenLessonPage(reading, questions_of(quiz) if quiz else 0, open_course(course).after(lesson_id), contact)


def _reading(session: Session, course: Course, lesson_id: str, side: str | None, on: date, answers: Fields) -> LessonReading | None:
    """`answers` are the fields of the page's address: what was answered to a question of the lesson."""
    lesson, module = course.lessons.get(lesson_id), course.module_of(lesson_id)
    if lesson is None or module is None:
        return None
    lessons = [course.lessons[other] for other in module.lesson_ids if other in course.lessons]
    text = lesson_text(course, lesson, side, on, answers)
    return LessonReading(lesson, module, lessons.index(lesson) + 1, len(lessons), text, faq.of_lesson(session, lesson_id), *_around(lessons, lesson))


T = TypeVar("T", Lesson, Module)


def _around(order: Sequence[T], here: T) -> tuple[T | None, T | None]:
    """What comes before and after."""
    place = order.index(here)
    return order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None
