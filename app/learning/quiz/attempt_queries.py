"""The pages of an attempt under way: assessment's nouns with their addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.assessment.attempts import queries
from app.assessment.attempts.sheet import Status
from app.assessment.errors import AttemptClosed
from app.assessment.questions.correct import CorrectedQuestion
from app.assessment.questions.present import ShownQuestion
from app.content.values.course import Course
from app.content.values.text import History
from app.learning.progress.cards import quiz_place, quiz_url


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
    """Of the last save, even if it emptied the answer: a script compares it with what its browser kept."""
    answered: bool
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


def question_url(attempt_id: int, position: int) -> str:
    return url_for("quiz.question", attempt_id=attempt_id, position=position)


def question_page(
    session: Session,
    course: Course,
    person_id: int,
    attempt_id: int,
    position: int,
    key: str,
    on: date,
    *,
    typed: Mapping[str, Sequence[str]] | None = None,
    error: str = "",
) -> QuestionPage | None:
    """None once the attempt is submitted: its correction has a page of its own. `typed` is a form that was refused, shown again."""
    try:
        view = queries.attempt_view(session, course, person_id, attempt_id, position, on, typed=typed)
    except AttemptClosed:
        return None
    heading = view.heading
    recap_url = url_for("quiz.recap", attempt_id=attempt_id)
    stops = tuple(Stop(step.position, question_url(attempt_id, step.position), step.status != Status.BLANK, step.position == position) for step in view.steps)
    return QuestionPage(
        attempt_id=attempt_id,
        quiz_title=heading.title,
        quiz_url=quiz_url(course, heading.quiz_id),
        history=quiz_place(course, heading.quiz_id).history,
        practice=heading.practice,
        number=position,
        total=heading.total,
        question=view.question,
        corrected=view.correction,
        immediate=view.corrects_each,
        action=question_url(attempt_id, position),
        key=key,
        saved_at=view.saved_at,
        answered=any(stop.current and stop.answered for stop in stops),
        error=error,
        stops=stops,
        previous_url=question_url(attempt_id, view.previous) if view.previous else None,
        next_url=question_url(attempt_id, view.next) if view.next else recap_url,
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
        RecapItem(step.position, question_url(attempt_id, step.position), step.title, step.readable, step.status in (Status.ANSWERED, Status.LOCKED))
        for step in recap.listed
    )
    return RecapPage(
        attempt_id=attempt_id,
        quiz_title=heading.title,
        quiz_url=quiz_url(course, heading.quiz_id),
        history=quiz_place(course, heading.quiz_id).history,
        items=items,
        locked=heading.total - len(items),
        missing=len(recap.unanswered) + len(recap.incomplete),
    )
