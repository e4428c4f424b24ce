"""What the territory sheet reads: the notebook, where the person works, and the course's file of the network. Nobody's but the person's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course, Lesson, Module
from app.identity.models import Membership, Territory
from app.identity.rules import Level
from app.identity.territories.rules import territory_id
from app.identity.territories.scope import belongs_on
from app.learner.notebook.queries import notebook_page
from app.learner.notebook.rules import Notebook, questions_of
from app.learner.notebook.sheet import CiteCard, LessonLeft, ModuleLeft, NotebookSheet, card_of
from app.record.progress.path_progress import default_path, modules_in_order


def sheet_of(session: Session, course: Course, person_id: int, on: date) -> NotebookSheet:
    """Two SELECTs besides the course's own, however much was written."""
    notebook = notebook_page(session, course, person_id).notebook
    return NotebookSheet(on, _cites(session, course, person_id, on), notebook.modules, notebook.count, tuple(_modules_left(course, notebook)))


def _cites(session: Session, course: Course, person_id: int, on: date) -> tuple[CiteCard, ...]:
    listed = {territory_id(Level.CITE, cite.name): cite for cite in course.network.cites}
    query = (
        select(Territory.id, Territory.name)
        .join(Membership, Membership.territory_id == Territory.id)
        .where(Membership.person_id == person_id, belongs_on(on), Territory.level == Level.CITE)
        .distinct()
        .order_by(Territory.name)
    )
    return tuple(card_of(name, listed.get(number)) for number, name in session.execute(query))


def _modules_left(course: Course, notebook: Notebook) -> Iterator[ModuleLeft]:
    """The questions of the course that have no answer, in its order."""
    answered = {(lesson.id, note.number) for module in notebook.modules for lesson in module.lessons for note in lesson.notes}
    for module in modules_in_order(course, default_path(course)):
        lessons = tuple(left for lesson in _lessons(course, module) if (left := _lesson_left(lesson, answered)).questions)
        if lessons:
            yield ModuleLeft(module.title, module.history, lessons)


def _lessons(course: Course, module: Module) -> Iterator[Lesson]:
    return (course.lessons[lesson_id] for lesson_id in module.lesson_ids if lesson_id in course.lessons)


def _lesson_left(lesson: Lesson, answered: set[tuple[str, int]]) -> LessonLeft:
    questions = ((number, question.words) for number, question in questions_of(lesson).items() if (lesson.id, number) not in answered)
    return LessonLeft(lesson.id, lesson.title, tuple(questions))
