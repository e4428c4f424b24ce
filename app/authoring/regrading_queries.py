"""What `/atelier/quiz/<id>/reprise` receives."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from app.assessment.presenting import statement_title
from app.assessment.regrading_queries import Move, PastRegrading, past_regradings, survey
from app.assessment.responses import as_text
from app.content.queries import course
from app.errors import NotYours


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    title: str
    url: str
    """Its line in the editor."""
    line: int
    obstacle: str


@dataclass(frozen=True, slots=True)
class RegradePage:
    quiz_id: str
    title: str
    changes: tuple[ChangedQuestion, ...]
    raised: int
    maintained: int
    passing: int
    moves: tuple[Move, ...]
    pending: bool
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
        ChangedQuestion(as_text(statement_title(one.question)), line_url(one.document_id, one.question.line), one.question.line, one.obstacle)
        for one in found.changes
    )
    return RegradePage(
        quiz_id=quiz_id,
        title=quiz.title,
        changes=changes,
        raised=found.raised,
        maintained=found.maintained,
        passing=found.passing,
        moves=found.moves,
        pending=found.pending,
        past=past_regradings(session, quiz_id),
        reason=reason,
        error=error,
    )
