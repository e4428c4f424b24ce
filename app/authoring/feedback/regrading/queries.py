"""What `/atelier/quiz/<id>/reprise` receives."""

from __future__ import annotations

from flask import url_for
from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment.kinds.responses import as_text
from app.assessment.questions.present import statement_title
from app.assessment.regrading.queries import PastRegrading, RegradingEffect, past_regradings, survey
from app.content.store.queries import course
from app.content.values.course import Course
from app.platform.errors import NotYours


class ChangedQuestion(Struct, frozen=True):
    title: str
    url: str
    """Its line in the editor."""
    line: int
    obstacle: str


class RegradePage(Struct, frozen=True):
    quiz_id: str
    title: str
    changes: tuple[ChangedQuestion, ...]
    survey: RegradingEffect
    elsewhere: tuple[tuple[str, str], ...]
    """(title, address of its own page) of other quizzes that ask a changed question too."""
    past: tuple[PastRegrading, ...]
    reason: str
    """As typed, where it was refused."""
    error: str


def line_url(document_id: str, line: int) -> str:
    """A line of a text, in the editor."""
    return url_for("authoring.edit", document_id=document_id, ligne=line, _anchor="texte")


def regrade_page(session: Session, quiz_id: str, *, reason: str = "", error: str = "") -> RegradePage:
    published = course(session)
    quiz = published.quizzes.get(quiz_id)
    if quiz is None:
        raise NotYours
    found = survey(session, published, quiz_id)
    changes = tuple(
        ChangedQuestion(as_text(statement_title(change.question)), line_url(change.document_id, change.question.line), change.question.line, change.obstacle)
        for change in found.changes
    )
    return RegradePage(
        quiz_id=quiz_id,
        title=quiz.title,
        changes=changes,
        survey=found,
        elsewhere=_elsewhere(published, quiz_id, {change.question.id for change in found.changes}),
        past=past_regradings(session, quiz_id),
        reason=reason,
        error=error,
    )


def _elsewhere(published: Course, quiz_id: str, question_ids: set[str]) -> tuple[tuple[str, str], ...]:
    """A question is held by one quiz and may be taken by others (`reprend`): each has attempts of its own."""
    others = (quiz for quiz in published.quizzes.values() if quiz.id != quiz_id)
    asking = [quiz for quiz in others if question_ids & {*quiz.reuses, *(question.id for question in quiz.questions)}]
    return tuple((quiz.title, url_for("authoring.regrade", quiz_id=quiz.id)) for quiz in asking)
