"""The learner's table, a module, a lesson: one frozen value a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.rendering.page import PageRenderer, RenderedLesson, render_lesson
from app.content.values.course import Course, Lesson
from app.content.values.text import History, Objective
from app.learning.error_reports.queries import RecordChange, parts_of
from app.learning.pages.news_queries import record_changes
from app.learning.progress.cards import ElementCard, ModuleCard, element_card, element_url, module_card
from app.learning.progress.models import Attestation, Cohort, CohortMember, ReadingPlace
from app.learning.progress.queries import standing
from app.learning.progress.rules import Progress, due_date
from app.learning.progress.standing import PathProgress


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
    html: Markup
    notes: Markup
    objectives: tuple[Objective, ...]
    next_url: str | None
    """The first element of this module that is left to do."""
    previous: tuple[str, str] | None
    """(title, address) of the module before on the path."""
    following: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class LessonPage:
    card: ElementCard
    module_title: str
    module_url: str
    history: History
    position: int
    """Of this lesson among its module's, from 1."""
    total: int
    objectives: tuple[Objective, ...]
    rendered: RenderedLesson
    quiz: ElementCard | None
    previous: tuple[str, str] | None
    following: tuple[str, str] | None
    changed: bool
    """True when it changed in a way to read again since the person read it."""
    first_view: bool
    parts: tuple[tuple[str, str], ...]
    """(anchor, title) of its parts, for who reports an error."""


def attestations_held(session: Session, person_id: int) -> dict[str, str]:
    """subject id → attestation id."""
    rows = session.execute(select(Attestation.subject_id, Attestation.id).filter_by(person_id=person_id))
    return dict(rows.all())


def home_page(session: Session, course: Course, person_id: int, name: str, now: datetime) -> HomePage:
    mine = standing(session, course, person_id)
    held = attestations_held(session, person_id)
    path_attestation = held.get(mine.path.id)
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
        attestation_url=url_for("learning.attestation", attestation_id=path_attestation) if path_attestation else None,
        may_attest=not path_attestation and any(earned.subject_id == mine.path.id for earned in mine.earned),
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
    mine = standing(session, course, person_id)
    renderer = PageRenderer(course, module, on)
    html = renderer.html(module.body)
    card = module_card(mine, module, attestations_held(session, person_id))
    order = mine.modules()
    place = next(index for index, other in enumerate(order) if other.id == module_id)
    neighbours = [(other.title, url_for("learning.module", module_id=other.id)) for other in order]
    return ModulePage(
        card=card,
        html=html,
        notes=renderer.notes(),
        objectives=module.objectives,
        next_url=element_url(course, left) if (left := mine.next_of(module_id)) else None,
        previous=neighbours[place - 1] if place else None,
        following=neighbours[place + 1] if place + 1 < len(neighbours) else None,
    )


def lesson_page(session: Session, course: Course, person_id: int, lesson_id: str, side: str | None, on: date) -> LessonPage | None:
    """None for a lesson that is not published or that no module holds. Two SELECTs besides the course's own."""
    lesson, module = course.lessons.get(lesson_id), course.module_of(lesson_id)
    if lesson is None or module is None:
        return None
    mine = standing(session, course, person_id)
    lessons = [course.lessons[other] for other in module.lesson_ids if other in course.lessons]
    place = lessons.index(lesson)
    quiz = element_card(mine, lesson.quiz_id, module) if lesson.quiz_id in course.quizzes and lesson.quiz_id else None
    return LessonPage(
        card=element_card(mine, lesson_id, module),
        module_title=module.title,
        module_url=url_for("learning.module", module_id=module.id),
        history=module.history,
        position=place + 1,
        total=len(lessons),
        objectives=lesson.objectives,
        rendered=render_lesson(course, lesson, side, on),
        quiz=quiz,
        previous=_neighbour(lessons, place - 1),
        following=_neighbour(lessons, place + 1),
        changed=any(item.element_id == lesson_id and not item.added for item in mine.news),
        first_view=lesson_id not in mine.progress,
        parts=parts_of(lesson),
    )


def _neighbour(lessons: list[Lesson], place: int) -> tuple[str, str] | None:
    if not 0 <= place < len(lessons):
        return None
    return lessons[place].title, url_for("learning.lesson", lesson_id=lessons[place].id)
