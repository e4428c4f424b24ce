"""The page of a module, that of a lesson, and what the course lends to every page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from flask import Flask, g
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from app.assessment.attempts.queries import open_attempts
from app.assessment.kinds.responses import Fields
from app.assessment.questions.in_lesson import LessonText, lesson_text
from app.content.rendering import page
from app.content.rendering.page import PageRenderer
from app.content.rendering.sheet import sheet
from app.content.store.queries import course_at_hand, known_course
from app.content.values.course import Course, Lesson, Module, count_in_words, list_in_words
from app.content.values.paths import questions_of
from app.content.values.text import CROSSING
from app.identity.rules import WORKPLACES
from app.identity.services import SignedIn
from app.learner.home.home import NextStep, step_to
from app.learner.messages import queries
from app.learner.messages.queries import Faq, parts_of
from app.learner.visitors import open_course
from app.platform import clock, hooks
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.french import capital, day_of
from app.platform.site import current_site
from app.platform.site_rules import Site
from app.record.progress.cards import ElementCard, ModuleCard, element_card, module_card
from app.record.progress.due import about
from app.record.progress.models import LearningEvent
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import attestations_held, due_dates_of, path_progress_of, reading_places, standing_of
from app.record.progress.rules import Progress

# --- Around every page -----------------------------------------------------------------------------------------------
# The course's name and its lines in templates, and the style sheet of its lines.

NOTHING_READ = Course(0)


def present() -> Course:
    """The course that this request reads; an empty one where the database does not answer: an error has its page too."""
    if g.get("failing"):
        return known_course(db.session) or NOTHING_READ
    try:
        return course_at_hand(db.session)
    except SQLAlchemyError:
        return NOTHING_READ


def count_histories(course: Course, article: str = "") -> str:
    """« trois histoires », with « les » or « des » where it is given."""
    return count_in_words(course.lines, article)


def histories_in_words(course: Course) -> str:
    """« la politique de la ville et l’éducation prioritaire »."""
    return list_in_words(course.lines)


def in_a_row(course: Course) -> str:
    """« Politique de la ville, éducation prioritaire »."""
    return capital(", ".join(line.name[:1].lower() + line.name[1:] for line in course.lines))


def kicker(course: Course, history: str) -> str:
    """What stands above the title of a module: a line's name, « Au croisement des trois histoires »."""
    return course.histories.get(history, "") if history != CROSSING else course.cover.crossing_title


def own_notice(text: str) -> Markup:
    """A text of the site's administrators (Markdown), shown as those of the course are."""
    return page.render_notice(present(), text, day_of(clock.now()))


class LinesSheet:
    """The style sheet of the lines: told at once where it was asked for last of the same course and the same site, as it is on each page."""

    def __init__(self) -> None:
        self.known: tuple[Course, Site, str] | None = None

    def __call__(self) -> str:
        course, site, known = present(), current_site(), self.known
        if known is None or known[0] is not course or known[1] is not site:
            known = self.known = course, site, sheet(course.lines, tuple(site.colours.items()))
        return known[2]


def course_title() -> str:
    return present().cover.title


def init_app(app: Flask) -> None:
    hooks.course_title.give(app, course_title)
    hooks.course_sheet.give(app, LinesSheet())
    app.jinja_env.globals.update(the_course=LocalProxy(present))
    app.jinja_env.filters.update(counted=count_histories, said=histories_in_words, in_a_row=in_a_row, kicker=kicker, notice=own_notice)


# --- A module, a lesson ----------------------------------------------------------------------------------------------
# One frozen value a page.


class CompletedModule(Struct, frozen=True):
    """What one wants to keep of a module that is done, besides its objectives."""

    on: datetime | None
    """None where no single moment completed it."""
    minutes: int
    """The announced duration of what was learned in it, about; 0 where all of it was waived."""
    path_title: str
    path: Progress
    left: int
    """Minutes that remain of the path, about."""


class ModulePage(Struct, frozen=True):
    card: ModuleCard
    completed: CompletedModule | None
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
        completed=_completion(mine, module_id) if card.progress.required and card.progress.complete else None,
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


def _completion(mine: PathProgress, module_id: str) -> CompletedModule:
    return CompletedModule(
        on=mine.module_completed_on(module_id),
        minutes=about(mine.minutes_learned(mine.module_elements(module_id))),
        path_title=mine.path.title,
        path=mine.path_progress(),
        left=about(mine.minutes_left(mine.path_elements())),
    )


class LessonWithdrawn(NotYours):
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
    return LessonReading(lesson, module, text, queries.of_lesson(session, lesson_id), *_around(lessons, lesson))


T = TypeVar("T", Lesson, Module)


def _around(order: Sequence[T], here: T) -> tuple[T | None, T | None]:
    """What comes before and after."""
    place = order.index(here)
    return order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None


# --- Other roles -----------------------------------------------------------------------------------------------------
# Each package says in a few words what waits in its own place; it stands at the head of the learner's home.


class Workplace(Struct, frozen=True):
    endpoint: str
    today: tuple[tuple[str, str], ...]


def workplaces(session: Session, person: SignedIn, now: datetime) -> tuple[Workplace, ...]:
    """Lists what waits in each workplace of the person; none for learners, at no cost."""
    waiting = hooks.waiting_work.here()
    return tuple(Workplace(place, waiting[place](session, person, now)) for role, place in WORKPLACES.items() if role in person.roles and place in waiting)
