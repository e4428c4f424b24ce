"""What was read when an error is reported, the page that shows a refused report again, and a person's own reports with their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.sheet import attempt_of, pinned_question, sheet_question
from app.assessment.models import Response
from app.assessment.questions.present import statement_title
from app.assessment.questions.responses import as_text
from app.content.values.course import Course, Lesson
from app.errors import NotYours
from app.french import french
from app.learning.error_reports.models import ErrorReport, ReportedText
from app.learning.progress.cards import element_url, quiz_url
from app.learning.progress.path_progress import element_of


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The form again, with what was typed and why it was refused."""

    title: str
    """What it is about."""
    action: str
    back: str
    headings: tuple[tuple[str, str], ...]
    """(anchor, title) of a lesson's parts."""
    anchor: str
    message: str
    passage: str
    error: str


@dataclass(frozen=True, slots=True)
class MyReport:
    what: str
    url: str | None
    passage: str
    message: str
    reported_at: datetime
    answered_at: datetime | None
    fixed: bool
    answer: str


def lesson_place(course: Course, lesson_id: str, anchor: str) -> ReportedText:
    lesson = course.lessons.get(lesson_id)
    if lesson is None or course.module_of(lesson_id) is None:
        raise NotYours
    version = course.versions[lesson_id]
    known = anchor if anchor in {heading.anchor for heading in lesson.headings} else ""
    return ReportedText(lesson_id, lesson_id, version.fingerprint, version.revision_id, anchor=known)


def parts_of(lesson: Lesson) -> tuple[tuple[str, str], ...]:
    """(anchor, title) of its parts."""
    return tuple((heading.anchor, heading.title) for heading in lesson.headings if heading.level == 2)


def question_place(session: Session, person_id: int, attempt_id: int, position: int) -> ReportedText:
    """A question that the person has seen corrected, as their attempt pinned it."""
    attempt = attempt_of(session, person_id, attempt_id)
    entry = sheet_question(session, attempt, position, None)
    stored = attempt.questions[position - 1]
    corrected = select(Response.id).where(Response.attempt_id == attempt.id, Response.question_id == stored["id"], Response.fraction.is_not(None))
    if attempt.submitted_at is None and session.scalar(corrected.limit(1)) is None:
        raise NotYours
    return ReportedText(attempt.quiz_id, stored["document"], entry.pooled.question.fingerprint, stored["revision"], question_id=stored["id"])


def place_title(session: Session, course: Course, element_id: str, question_id: str, revision_id: int | None) -> str:
    """« Une leçon », or a quiz and one of its questions, in words."""
    element = element_of(course, element_id)
    title = element.title if element else element_id
    pooled = pinned_question(session, revision_id, question_id) if question_id and revision_id else None
    return french(f"{title} : {as_text(statement_title(pooled.question))}") if pooled else title


def report_page(session: Session, course: Course, place: ReportedText, *, action: str, back: str, message: str, passage: str, error: str) -> ReportPage:
    lesson = course.lessons.get(place.element_id)
    headings = parts_of(lesson) if lesson else ()
    title = place_title(session, course, place.element_id, place.question_id, place.revision_id)
    return ReportPage(title, action, back, headings, place.anchor, message, passage, error)


def my_reports(session: Session, course: Course, person_id: int) -> tuple[MyReport, ...]:
    """The latest first."""
    rows = session.scalars(select(ErrorReport).where(ErrorReport.person_id == person_id).order_by(ErrorReport.reported_at.desc(), ErrorReport.id.desc()))
    return tuple(_mine(session, course, row) for row in rows)


def _mine(session: Session, course: Course, row: ErrorReport) -> MyReport:
    known = element_of(course, row.element_id) is not None
    address: Callable[[Course, str], str] = quiz_url if row.question_id else element_url
    return MyReport(
        what=place_title(session, course, row.element_id, row.question_id, row.revision_id),
        url=address(course, row.element_id) if known else None,
        passage=row.passage,
        message=row.message,
        reported_at=row.reported_at,
        answered_at=row.answered_at,
        fixed=bool(row.fixed),
        answer=row.answer,
    )


@dataclass(frozen=True, slots=True)
class RecordChange:
    """Something that happened to the person's own record, for their table."""

    words: str
    detail: str
    url: str
    at: datetime


def answered_since(session: Session, course: Course, person_id: int, since: datetime) -> list[RecordChange]:
    wanted = select(ErrorReport).where(ErrorReport.person_id == person_id, ErrorReport.answered_at >= since).order_by(ErrorReport.answered_at.desc())
    return [_answered(session, course, row) for row in session.scalars(wanted)]


def _answered(session: Session, course: Course, row: ErrorReport) -> RecordChange:
    words = "L’erreur que vous aviez signalée est corrigée" if row.fixed else "Votre signalement a reçu une réponse"
    title = place_title(session, course, row.element_id, row.question_id, row.revision_id)
    return RecordChange(words, title, url_for("learning.record", _anchor="signalements"), row.answered_at or row.reported_at)
