"""Small values that several pages show: an element with its state in words, a module's line with its stations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from flask import url_for
from msgspec import Struct
from msgspec.structs import replace

from app.content.values.course import Course, Lesson, Module
from app.content.values.paths import element_of, is_optional, questions_of
from app.content.values.text import CROSSING
from app.identity.sign_in.guards import course_address
from app.record.progress.due import about
from app.record.progress.path_progress import CRITERION_SENTENCES, CourseStanding, PathProgress
from app.record.progress.rules import ElementProgress, EventType, Progress, ProgressState

EVENT_WORDS = {
    EventType.VIEWED: "ouvert",
    EventType.READ: "lu",
    EventType.ATTENDED: "présent à une rencontre",
    EventType.ATTENDANCE_REVOKED: "présence notée par erreur, retirée",
    EventType.SUBMITTED: "envoyé",
    EventType.PASSED: "réussi",
    EventType.FAILED: "non réussi",
    EventType.WAIVED: "dispensé",
    EventType.OVERRIDE_SET: "validé par décision",
    EventType.OVERRIDE_REVOKED: "décision retirée",
    EventType.DUE_MOVED: "échéance déplacée",
    EventType.REGRADED: "note revue",
    EventType.REGRADED_PASS: "note revue, réussi",
}

STATE_WORDS = {
    ProgressState.NOT_STARTED: "à faire",
    ProgressState.IN_PROGRESS: "en cours",
    ProgressState.COMPLETE: "terminé",
    ProgressState.COMPLETE_FAIL: "terminé, non réussi",
    ProgressState.COMPLETE_PASS: "réussi",
    ProgressState.WAIVED: "dispensé",
}
RETRY_WORDS = "à retenter"
WAITING_WORDS = "en attente d’une réponse"
USED_UP_WORDS = "plus de tentative"


NOWHERE: Mapping[str, str] = MappingProxyType({})
"""No reading place: lessons open at their beginning."""


class ElementCard(Struct, frozen=True):
    """A lesson or a quiz as a station of its module's line."""

    id: str
    title: str
    url: str
    is_quiz: bool
    is_final: bool
    optional: bool
    state: ProgressState
    words: str
    """The state in words: colour never says it alone."""
    minutes: int | None
    questions: int | None
    criterion: str
    completed_at: datetime | None
    at_once: bool = False
    """A quiz of as many attempts as one likes, not done yet: its button begins it, or goes on with it, and no page stands between."""
    is_next: bool = False
    is_new: bool = False
    """Both on the line of its module: a page of one element does not say where it stands among all."""

    @property
    def done(self) -> bool:
        return self.state.done


class ModuleCard(Struct, frozen=True):
    id: str
    title: str
    url: str
    history: str
    elements: tuple[ElementCard, ...]
    progress: Progress
    minutes: int
    """That the rest of it takes, about, quizzes included."""
    on_path: bool
    attestation_url: str | None
    due_on: date | None
    """Where the path spreads its modules over time, as long as something is left."""
    may_attest: bool
    """Earned by a decision or an edit rather than by an act, and not asked for yet."""


class QuizPlace(Struct, frozen=True):
    """Where a quiz stands: its module, or the path itself for one that no module holds any more."""

    module: Module | None
    title: str
    url: str
    history: str
    quiz_url: str
    published: bool


def quiz_url(course: Course, quiz_id: str) -> str:
    """The page of a quiz; the record, where it was withdrawn."""
    return url_for("quiz.quiz", quiz_id=quiz_id) if quiz_id in course.quizzes else url_for("learning.record")


def quiz_place(course: Course, quiz_id: str) -> QuizPlace:
    quiz, module = (quiz_url(course, quiz_id), quiz_id in course.quizzes), course.module_of(quiz_id)
    if module is None:
        return QuizPlace(None, "Parcours", course_address(), CROSSING, *quiz)
    return QuizPlace(module, module.title, url_for("learning.module", module_id=module.id), module.history, *quiz)


def element_url(course: Course, element_id: str) -> str:
    endpoint, values = element_page(course, element_id)
    return url_for(endpoint, **values)


def element_page(course: Course, element_id: str) -> tuple[str, dict[str, Any]]:
    """The endpoint of a quiz or of a lesson, and what it is given."""
    return ("quiz.quiz", {"quiz_id": element_id}) if element_id in course.quizzes else ("learning.lesson", {"lesson_id": element_id})


def attestation_url(held: Mapping[str, str], subject_id: str) -> str | None:
    """`held`: attestation id, by module or path."""
    return url_for("attestations.attestation", attestation_id=held[subject_id]) if subject_id in held else None


def state_words(progress: ElementProgress | None) -> str:
    """« en cours », except that a failed quiz reads « à retenter ». None for what was never opened."""
    if progress is None:
        return STATE_WORDS[ProgressState.NOT_STARTED]
    return RETRY_WORDS if progress.to_retry else STATE_WORDS[progress.state]


def _words(standing: CourseStanding, element_id: str) -> str:
    if waits := standing.waiting.get(element_id):
        return WAITING_WORDS if waits.asked_at else USED_UP_WORDS
    return state_words(standing.progress.get(element_id))


def _place(standing: CourseStanding, element_id: str, places: Mapping[str, str]) -> str:
    """Of a lesson begun and not finished, the heading where the person stopped."""
    anchor = places.get(element_id)
    return f"#{anchor}" if anchor and not standing.state(element_id).done else ""


def element_card(standing: CourseStanding, element_id: str, module: Module | None = None, places: Mapping[str, str] = NOWHERE) -> ElementCard:
    """The card of a published element. KeyError for one that is not published. `places`: as `reading_places` gives them."""
    course = standing.course
    element = element_of(course, element_id)
    if element is None:
        raise KeyError(element_id)
    mine = standing.progress.get(element_id)
    lesson = element if isinstance(element, Lesson) else None
    return ElementCard(
        id=element_id,
        title=element.title,
        url=element_url(course, element_id) + _place(standing, element_id, places),
        is_quiz=lesson is None,
        is_final=module is not None and module.final_quiz_id == element_id,
        optional=is_optional(course, element_id),
        state=standing.state(element_id),
        words=_words(standing, element_id),
        minutes=lesson.minutes if lesson else None,
        questions=None if isinstance(element, Lesson) else questions_of(element),
        criterion=CRITERION_SENTENCES[element.criterion],
        completed_at=mine.completed_at if mine else None,
        at_once=not isinstance(element, Lesson) and element.policy.max_attempts == 0 and not standing.state(element_id).done,
    )


def _station(standing: PathProgress, element_id: str, module: Module, places: Mapping[str, str]) -> ElementCard:
    """Among all those of the path."""
    card = element_card(standing, element_id, module, places)
    return replace(card, optional=standing.is_optional(element_id), is_next=standing.next_id == element_id, is_new=element_id in standing.new_ids)


def module_card(standing: PathProgress, module: Module, attestations: Mapping[str, str], places: Mapping[str, str], due_on: date | None) -> ModuleCard:
    """`attestations`: as `attestations_held` gives them; `places`: as `reading_places` does; `due_on`: the module's own day."""
    elements = tuple(_station(standing, element_id, module, places) for element_id in standing.course.elements_of(module))
    return ModuleCard(
        id=module.id,
        title=module.title,
        url=url_for("learning.module", module_id=module.id),
        history=module.history,
        elements=elements,
        progress=standing.module_progress(module.id),
        minutes=about(standing.minutes_left(standing.module_elements(module.id))),
        on_path=module.id in standing.path.module_ids,
        attestation_url=attestation_url(attestations, module.id),
        due_on=None if standing.module_progress(module.id).complete else due_on,
        may_attest=module.id not in attestations and standing.has_earned(module.id),
    )
