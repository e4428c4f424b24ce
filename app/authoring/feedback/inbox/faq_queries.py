"""The form of one published question, and the list of them all."""

from __future__ import annotations

from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.learner.messages import faq
from app.learner.messages.models import LessonFaq, TrainerMessage
from app.learner.messages.places import lesson_of
from app.learner.messages.rules import ThreadKind
from app.platform.errors import NotYours
from app.record.progress.path_progress import default_path, modules_in_order


class FaqForm(Struct, frozen=True):
    """The form of a published question and answer, as stored, proposed or typed. `version` 0: not published yet."""

    lesson_id: str
    question: str
    answer: str
    version: int = 0
    asked: str = ""
    """What the learner wrote, to be said in other words."""
    theirs: LessonFaq | None = None
    """What a colleague published meanwhile."""

    @property
    def words(self) -> tuple[str, str, str]:
        return self.lesson_id, self.question, self.answer


class FaqGroup(Struct, frozen=True):
    title: str
    lesson_id: str
    """Empty where the lesson is no longer published: nobody reads them."""
    rows: tuple[LessonFaq, ...]


def proposed(session: Session, course: Course, message_id: int) -> FaqForm:
    """Fills the form from a question that was answered; the trainer then rewords it. Raises NotYours."""
    row = session.get(TrainerMessage, message_id)
    if row is None or row.kind != ThreadKind.QUESTION or row.answered_at is None:
        raise NotYours
    first = session.get(TrainerMessage, row.first_id) if row.first_id else None
    return FaqForm(lesson_of(course, row.element_id), "", row.answer, asked="\n\n".join(each.message for each in (first, row) if each))


def form_of(row: LessonFaq) -> FaqForm:
    return FaqForm(row.lesson_id, row.question, row.answer, row.version)


def beside(typed: FaqForm, theirs: LessonFaq | None) -> FaqForm:
    """What was typed, beside what a colleague published: whoever saves again has read that."""
    return replace(typed, theirs=theirs, version=theirs.version if theirs else 0)


def lessons(course: Course) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """(module, its lessons as (id, title)), in the order of the path."""
    modules = modules_in_order(course, default_path(course))
    return tuple((module.title, tuple((each, course.lessons[each].title) for each in module.lesson_ids if each in course.lessons)) for module in modules)


def faqs_page(session: Session, course: Course) -> tuple[FaqGroup, ...]:
    """Returns the published questions by lesson, in the order of the course."""
    order = {lesson_id: place for place, lesson_id in enumerate(lesson_id for _, some in lessons(course) for lesson_id, _ in some)}
    rows = sorted(faq.everywhere(session), key=lambda row: (order.get(row.lesson_id, len(order)), row.lesson_id, row.id))
    return tuple(_group(course, lesson_id, tuple(some)) for lesson_id, some in groupby(rows, key=lambda row: row.lesson_id))


def _group(course: Course, lesson_id: str, rows: tuple[LessonFaq, ...]) -> FaqGroup:
    lesson = course.lessons.get(lesson_id)
    return FaqGroup(lesson.title if lesson else f"Leçon retirée ({lesson_id})", lesson_id if lesson else "", rows)
