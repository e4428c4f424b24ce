"""The pages of a quiz: assessment's nouns with their addresses, and where the quiz stands on the learner's path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.assessment import correction_queries, queries
from app.assessment.correcting import CorrectedQuestion
from app.assessment.presenting import ShownQuestion
from app.assessment.refusals import AttemptClosed, AttemptOpen
from app.assessment.sheets import Heading, Status, Step
from app.content.values import Course, History, Module
from app.learning.cards import ElementCard, element_card, element_url
from app.learning.queries import standing


@dataclass(frozen=True, slots=True)
class AttemptRow:
    number: int
    url: str
    started_at: datetime
    submitted_at: datetime
    fraction: Fraction
    passed: bool


@dataclass(frozen=True, slots=True)
class QuizPage:
    card: ElementCard
    module_title: str
    module_url: str
    history: History
    lesson: tuple[str, str] | None
    """(title, address) of the lesson that it checks."""
    introduction: Markup
    sentences: tuple[str, ...]
    """The policy."""
    credit: tuple[str, ...]
    """How each kind of question is marked."""
    left: str
    attempts: tuple[AttemptRow, ...]
    open_url: str | None
    may_start: bool
    practice_id: int | None
    """The attempt whose missed questions may be taken again."""
    may_request: bool
    requested: bool
    reasons: tuple[str, ...]
    notes: Markup
    first_view: bool


@dataclass(frozen=True, slots=True)
class Stop:
    number: int
    url: str
    answered: bool
    current: bool


@dataclass(frozen=True, slots=True)
class QuestionPage:
    attempt_id: int
    quiz_title: str
    quiz_url: str
    history: History
    practice: bool
    number: int
    total: int
    question: ShownQuestion
    corrected: CorrectedQuestion | None
    immediate: bool
    """« Après chaque question »: an answer is validated by its button, and locked."""
    action: str
    key: str
    saved_at: datetime | None
    error: str
    stops: tuple[Stop, ...]
    previous_url: str | None
    next_url: str
    recap_url: str
    is_last: bool
    notes: Markup


@dataclass(frozen=True, slots=True)
class RecapItem:
    number: int
    url: str
    title: str
    readable: str
    complete: bool


@dataclass(frozen=True, slots=True)
class RecapPage:
    attempt_id: int
    quiz_title: str
    quiz_url: str
    history: History
    items: tuple[RecapItem, ...]
    locked: int
    """Questions already corrected, which are not listed."""
    missing: int


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    attempt_id: int
    quiz_id: str
    quiz_title: str
    quiz_url: str
    module_title: str
    module_url: str
    history: History
    practice: bool
    number: int
    submitted_at: datetime
    fraction: Fraction
    earned: Fraction
    points: Fraction
    pass_mark: Decimal
    passed: bool
    """The quiz is passed, by the mark that counts."""
    attempt_passed: bool
    kept: Fraction | None
    left: str
    shows: bool
    why_not: str
    questions: tuple[CorrectedQuestion, ...]
    answers: tuple[Step, ...]
    may_start: bool
    may_practice: bool
    may_request: bool
    requested: bool
    next: tuple[str, str] | None
    """(words, address) of what comes next on the path, once the quiz is passed."""
    notes: Markup


def _place(course: Course, quiz_id: str) -> tuple[Module | None, str, str, History]:
    """(module, its title, its address, its history) of a quiz; the crossing for one that no module holds any more."""
    module = course.module_of(quiz_id)
    if module is None:
        return None, "Parcours", url_for("learning.home"), History.CROSSING
    return module, module.title, url_for("learning.module", module_id=module.id), module.history


def quiz_page(session: Session, course: Course, person_id: int, quiz_id: str) -> QuizPage:
    """`NotYours` for a quiz that is not published."""
    front = queries.quiz_front(session, course, person_id, quiz_id)
    mine = standing(session, course, person_id)
    module, title, address, history = _place(course, quiz_id)
    open_id, past = front.standing.open_id, front.past
    last = past[-1] if past else None
    return QuizPage(
        card=element_card(mine, quiz_id, module),
        module_title=title,
        module_url=address,
        history=history,
        lesson=_lesson(course, quiz_id),
        introduction=front.introduction,
        sentences=front.policy,
        credit=front.credit,
        left=front.left,
        attempts=tuple(_row(one) for one in past),
        open_url=_resume_url(session, person_id, open_id) if open_id else None,
        may_start=front.standing.may_start,
        practice_id=last.attempt.attempt_id if last and last.correction_shows and last.attempt.mark.fraction < 1 else None,
        may_request=front.standing.may_request,
        requested=front.standing.requested,
        reasons=front.reasons,
        notes=front.notes,
        first_view=quiz_id not in mine.progress,
    )


def _lesson(course: Course, quiz_id: str) -> tuple[str, str] | None:
    lesson = course.lessons.get(course.quizzes[quiz_id].lesson_id or "")
    return (lesson.title, url_for("learning.lesson", lesson_id=lesson.id)) if lesson else None


def _row(row: queries.PastRow) -> AttemptRow:
    past = row.attempt
    return AttemptRow(past.number, url_for("quiz.attempt", attempt_id=past.attempt_id), past.started_at, past.submitted_at, past.mark.fraction, past.passed)


def _resume_url(session: Session, person_id: int, attempt_id: int) -> str:
    return _question_url(attempt_id, queries.next_position(session, person_id, attempt_id))


def _question_url(attempt_id: int, position: int) -> str:
    return url_for("quiz.question", attempt_id=attempt_id, position=position)


def question_page(
    session: Session,
    course: Course,
    person_id: int,
    attempt_id: int,
    position: int,
    key: str,
    *,
    typed: Mapping[str, Sequence[str]] | None = None,
    error: str = "",
) -> QuestionPage | None:
    """None once the attempt is submitted: its correction has a page of its own. `typed` is a form that was refused, shown again."""
    try:
        view = queries.attempt_view(session, course, person_id, attempt_id, position, typed=typed)
    except AttemptClosed:
        return None
    heading = view.heading
    recap_url = url_for("quiz.recap", attempt_id=attempt_id)
    return QuestionPage(
        attempt_id=attempt_id,
        quiz_title=heading.title,
        quiz_url=url_for("quiz.quiz", quiz_id=heading.quiz_id),
        history=_place(course, heading.quiz_id)[3],
        practice=heading.practice,
        number=position,
        total=heading.total,
        question=view.question,
        corrected=view.correction,
        immediate=view.corrects_each,
        action=_question_url(attempt_id, position),
        key=key,
        saved_at=view.saved_at,
        error=error,
        stops=tuple(
            Stop(step.position, _question_url(attempt_id, step.position), step.status != Status.BLANK, step.position == position) for step in view.steps
        ),
        previous_url=_question_url(attempt_id, view.previous) if view.previous else None,
        next_url=_question_url(attempt_id, view.next) if view.next else recap_url,
        recap_url=recap_url,
        is_last=view.next is None,
        notes=view.notes,
    )


def recap_page(session: Session, course: Course, person_id: int, attempt_id: int) -> RecapPage | None:
    """None once the attempt is submitted."""
    try:
        recap = queries.recap(session, person_id, attempt_id)
    except AttemptClosed:
        return None
    heading = recap.heading
    items = tuple(
        RecapItem(step.position, _question_url(attempt_id, step.position), step.title, step.readable, step.status in (Status.ANSWERED, Status.LOCKED))
        for step in recap.listed
    )
    return RecapPage(
        attempt_id=attempt_id,
        quiz_title=heading.title,
        quiz_url=url_for("quiz.quiz", quiz_id=heading.quiz_id),
        history=_place(course, heading.quiz_id)[3],
        items=items,
        locked=heading.total - len(items),
        missing=len(recap.unanswered) + len(recap.incomplete),
    )


def correction_page(session: Session, course: Course, person_id: int, attempt_id: int) -> CorrectionPage | None:
    """None while the attempt is open."""
    try:
        found = correction_queries.correction(session, course, person_id, attempt_id)
    except AttemptOpen:
        return None
    heading = found.heading
    _module, title, address, history = _place(course, heading.quiz_id)
    published = heading.quiz_id in course.quizzes
    return CorrectionPage(
        attempt_id=attempt_id,
        quiz_id=heading.quiz_id,
        quiz_title=heading.title,
        quiz_url=url_for("quiz.quiz", quiz_id=heading.quiz_id) if published else url_for("learning.record"),
        module_title=title,
        module_url=address,
        history=history,
        practice=heading.practice,
        number=heading.number,
        submitted_at=found.submitted_at,
        fraction=found.mark.fraction,
        earned=found.mark.raw,
        points=found.mark.maximum,
        pass_mark=found.pass_mark,
        passed=found.passed,
        attempt_passed=found.attempt_passed,
        kept=found.kept,
        left=found.left,
        shows=found.shows,
        why_not=found.when,
        questions=found.questions,
        answers=found.answers,
        may_start=published and found.standing.may_start,
        may_practice=found.may_practise,
        may_request=published and found.standing.may_request,
        requested=found.standing.requested,
        next=_next(session, course, person_id, heading) if found.passed else None,
        notes=found.notes,
    )


def _next(session: Session, course: Course, person_id: int, heading: Heading) -> tuple[str, str] | None:
    mine = standing(session, course, person_id)
    if mine.next_id is None:
        return "Voir mon parcours", url_for("learning.home")
    card = element_card(mine, mine.next_id, course.module_of(mine.next_id))
    return f"Continuer : {card.title}", element_url(mine, card.id)
