"""The learner's table, a module, a lesson: one frozen value a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.questions.in_lesson import LessonText, with_questions
from app.assessment.questions.responses import Fields
from app.content.rendering.page import PageRenderer, RenderedLesson, render_lesson
from app.content.values.course import Course, Lesson, Module
from app.content.values.text import History
from app.learning.error_reports.queries import RecordChange, parts_of
from app.learning.pages.news_queries import record_changes
from app.learning.progress.cards import ElementCard, ModuleCard, attestation_url, element_card, element_url, module_card
from app.learning.progress.models import Cohort, CohortMember, ReadingPlace
from app.learning.progress.path_progress import PathProgress
from app.learning.progress.queries import attestations_held, path_progress_of
from app.learning.progress.rules import Progress, due_date


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do now: where the person stopped, at the heading, or what comes after."""

    card: ElementCard
    module_title: str
    history: History
    url: str
    resumed: bool


@dataclass(frozen=True, slots=True)
class NewsItem:
    card: ElementCard
    added: bool


@dataclass(frozen=True, slots=True)
class HomePage:
    first_name: str
    path_title: str
    progress: Progress
    modules: tuple[ModuleCard, ...]
    next: NextStep | None
    due_on: date | None
    news: tuple[NewsItem, ...]
    changes: tuple[RecordChange, ...]
    """What happened to the person's own record lately."""
    finished_on: datetime | None
    attestation_url: str | None
    may_attest: bool
    """The path was completed by a decision or an edit rather than by an act: the attestation waits to be asked for."""


@dataclass(frozen=True, slots=True)
class ModulePage:
    card: ModuleCard
    module: Module
    html: Markup
    notes: Markup
    next_url: str | None
    """The first element of this module that is left to do."""
    previous: Module | None
    following: Module | None


@dataclass(frozen=True, slots=True)
class LessonPage:
    card: ElementCard
    lesson: Lesson
    module: Module
    position: int
    """Of this lesson among its module's, from 1."""
    total: int
    rendered: RenderedLesson
    text: LessonText
    """The same with its questions, and what was answered to one."""
    quiz: ElementCard | None
    previous: Lesson | None
    following: Lesson | None
    changed: bool
    """True when it changed in a way to read again since the person read it."""
    first_view: bool
    parts: tuple[tuple[str, str], ...]
    """(anchor, title) of its parts, for who reports an error."""


def home_page(session: Session, course: Course, person_id: int, name: str, now: datetime) -> HomePage:
    mine = path_progress_of(session, course, person_id)
    held = attestations_held(session, person_id)
    return HomePage(
        first_name=name.split(" ")[0] if name else "",
        path_title=mine.path.title,
        progress=mine.path_progress(),
        modules=tuple(module_card(mine, module, held) for module in mine.modules()),
        next=_next_step(session, mine),
        due_on=due_date(
            session.scalars(
                select(Cohort.due_on)
                .join(CohortMember)
                .where(CohortMember.person_id == person_id, CohortMember.trainer.is_(False), Cohort.path_id == mine.path.id)
            )
        ),
        news=tuple(NewsItem(element_card(mine, item.element_id), item.added) for item in mine.news),
        changes=record_changes(session, course, person_id, now),
        finished_on=mine.path_completed_on(),
        attestation_url=attestation_url(held, mine.path.id),
        may_attest=mine.path.id not in held and mine.has_earned(mine.path.id),
    )


def _next_step(session: Session, mine: PathProgress) -> NextStep | None:
    element_id = mine.next_id
    if element_id is None:
        return None
    module = mine.course.module_of(element_id)
    card = element_card(mine, element_id, module)
    anchor = session.scalar(select(ReadingPlace.anchor).filter_by(person_id=mine.person_id, lesson_id=element_id))
    known = element_id in mine.course.lessons and anchor in {heading.anchor for heading in mine.course.lessons[element_id].headings}
    url = f"{card.url}#{anchor}" if known else card.url
    return NextStep(card, module.title if module else "", module.history if module else History.CROSSING, url, resumed=card.state != "not_started")


def module_page(session: Session, course: Course, person_id: int, module_id: str, on: date) -> ModulePage | None:
    """None for a module that is not published. `on` is the day against which sources are judged stale."""
    module = course.modules.get(module_id)
    if module is None:
        return None
    mine = path_progress_of(session, course, person_id)
    renderer = PageRenderer(course, module, on)
    html = renderer.html(module.body)
    card = module_card(mine, module, attestations_held(session, person_id))
    previous, following = _around(mine.modules(), module)
    return ModulePage(
        card=card,
        module=module,
        html=html,
        notes=renderer.notes(),
        next_url=element_url(course, left) if (left := mine.next_of(module_id)) else None,
        previous=previous,
        following=following,
    )


def lesson_page(session: Session, course: Course, person_id: int, lesson_id: str, side: str | None, on: date, answers: Fields) -> LessonPage | None:
    """None for a lesson that is not published or that no module holds. Two SELECTs besides the course's own.

    `answers` are the fields of the page's address: what was answered to a question of the lesson.
    """
    lesson, module = course.lessons.get(lesson_id), course.module_of(lesson_id)
    if lesson is None or module is None:
        return None
    mine = path_progress_of(session, course, person_id)
    lessons = [course.lessons[other] for other in module.lesson_ids if other in course.lessons]
    previous, following = _around(lessons, lesson)
    quiz = element_card(mine, lesson.quiz_id, module) if lesson.quiz_id in course.quizzes and lesson.quiz_id else None
    rendered = render_lesson(course, lesson, side, on)
    return LessonPage(
        card=element_card(mine, lesson_id, module),
        lesson=lesson,
        module=module,
        position=lessons.index(lesson) + 1,
        total=len(lessons),
        rendered=rendered,
        text=with_questions(rendered, course, lesson, answers),
        quiz=quiz,
        previous=previous,
        following=following,
        changed=any(item.element_id == lesson_id and not item.added for item in mine.news),
        first_view=lesson_id not in mine.progress,
        parts=parts_of(lesson),
    )


T = TypeVar("T", Lesson, Module)


def _around(order: Sequence[T], here: T) -> tuple[T | None, T | None]:
    """What comes before and after."""
    place = order.index(here)
    return order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None
