"""Finds what a message is about: a lesson and one of its headings, or a question that its author saw corrected."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.sheet import attempt_of, pinned_question, sheet_question
from app.assessment.kinds.responses import as_text
from app.assessment.models import Response
from app.assessment.questions.present import statement_title
from app.content.values.course import Course, Lesson
from app.learner.messages.models import TextShown
from app.platform.errors import NotYours
from app.platform.french import french
from app.record.progress.path_progress import element_of


def lesson_place(course: Course, lesson_id: str, anchor: str) -> TextShown:
    lesson = course.lessons.get(lesson_id)
    if lesson is None or course.module_of(lesson_id) is None:
        raise NotYours
    version = course.versions[lesson_id]
    known = anchor if anchor in {heading.anchor for heading in lesson.headings} else ""
    return TextShown(lesson_id, lesson_id, version.fingerprint, version.revision_id, anchor=known)


def parts_of(lesson: Lesson, chosen: str = "") -> tuple[tuple[str, str], ...]:
    """(anchor, title) of its parts, and of the heading that was chosen."""
    return tuple((heading.anchor, heading.title) for heading in lesson.headings if heading.level == 2 or heading.anchor == chosen)


def question_place(session: Session, person_id: int, attempt_id: int, position: int) -> TextShown:
    """A question that the person has seen corrected, as their attempt pinned it."""
    attempt = attempt_of(session, person_id, attempt_id)
    entry = sheet_question(session, attempt, position, None)
    stored = attempt.questions[position - 1]
    corrected = select(Response.id).where(Response.attempt_id == attempt.id, Response.question_id == stored["id"], Response.fraction.is_not(None))
    if attempt.submitted_at is None and session.scalar(corrected.limit(1)) is None:
        raise NotYours
    return TextShown(attempt.quiz_id, stored["document"], entry.pooled.question.fingerprint, stored["revision"], question_id=stored["id"])


def place_title(session: Session, course: Course, element_id: str, question_id: str, revision_id: int | None) -> str:
    """« Une leçon », or a quiz and one of its questions, in words."""
    element = element_of(course, element_id)
    title = element.title if element else element_id
    pooled = pinned_question(session, revision_id, question_id) if question_id and revision_id else None
    return french(f"{title} : {as_text(statement_title(pooled.question))}") if pooled else title


def heading_title(course: Course, element_id: str, anchor: str) -> str:
    """Returns the title of the heading a message is about; empty for a whole text or a heading that is gone."""
    lesson = course.lessons.get(element_id)
    return next((heading.title for heading in lesson.headings if anchor and heading.anchor == anchor), "") if lesson else ""


def lesson_of(course: Course, element_id: str) -> str:
    """The lesson that a message is about, that of a quiz for its questions; empty where there is none."""
    quiz = course.quizzes.get(element_id)
    lesson_id = (quiz.lesson_id or "") if quiz else element_id
    return lesson_id if lesson_id in course.lessons else ""
