"""A quiz before it starts and after it was sent: assessment's nouns with their addresses, and where the quiz stands on the learner's path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.assessment.attempts import correction_queries, queries
from app.assessment.attempts.corrected_sheet import Regrade
from app.assessment.attempts.sheet import Step
from app.assessment.errors import AttemptOpen
from app.assessment.questions.correct import CorrectedQuestion
from app.content.values.course import Course
from app.content.values.text import History
from app.learning.progress.cards import ElementCard, element_card, element_url, quiz_place, quiz_url
from app.learning.progress.queries import standing
from app.learning.progress.standing import Standing, element_of
from app.learning.quiz.attempt_queries import question_url


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
    """(words, address) of what comes next on the path, once the quiz is done."""
    notes: Markup
    regrades: tuple[Regrade, ...]
    original: Fraction
    """Points on the day it was sent."""


def quiz_page(session: Session, course: Course, person_id: int, quiz_id: str, on: date) -> QuizPage:
    """`NotYours` for a quiz that is not published."""
    front = queries.quiz_front(session, course, person_id, quiz_id, on)
    mine = standing(session, course, person_id)
    place = quiz_place(course, quiz_id)
    open_id, past = front.standing.open_id, front.past
    last = past[-1] if past else None
    return QuizPage(
        card=element_card(mine, quiz_id, place.module),
        module_title=place.title,
        module_url=place.url,
        history=place.history,
        lesson=_lesson(course, quiz_id),
        introduction=front.introduction,
        sentences=front.policy,
        credit=front.credit,
        left=front.left,
        attempts=tuple(_row(one) for one in past),
        open_url=resume_url(session, person_id, open_id) if open_id else None,
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


def resume_url(session: Session, person_id: int, attempt_id: int) -> str:
    """Where an attempt under way goes on: its first question without an answer."""
    return question_url(attempt_id, queries.next_position(session, person_id, attempt_id))


def correction_page(session: Session, course: Course, person_id: int, attempt_id: int, on: date) -> CorrectionPage | None:
    """None while the attempt is open."""
    try:
        found = correction_queries.correction(session, course, person_id, attempt_id, on)
    except AttemptOpen:
        return None
    heading, place = found.heading, quiz_place(course, found.heading.quiz_id)
    mine = standing(session, course, person_id)
    published = heading.quiz_id in course.quizzes
    return CorrectionPage(
        attempt_id=attempt_id,
        quiz_id=heading.quiz_id,
        quiz_title=heading.title,
        quiz_url=quiz_url(course, heading.quiz_id),
        module_title=place.title,
        module_url=place.url,
        history=place.history,
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
        next=_next(mine) if mine.state(heading.quiz_id).done else None,
        notes=found.notes,
        regrades=found.regrades,
        original=found.original.raw,
    )


def _next(mine: Standing) -> tuple[str, str]:
    element = element_of(mine.course, mine.next_id or "")
    if element is None:
        return "Voir mon parcours", url_for("learning.home")
    return f"Continuer : {element.title}", element_url(mine.course, element.id)
