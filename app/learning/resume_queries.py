"""`/reprise/<id>`: what was typed before sign-in, shown in words, with the form that sends it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from app.assessment import responses
from app.assessment.presenting import statement_title
from app.assessment.sheets import attempt_of, sheet_of
from app.content.values import Course
from app.errors import NotYours
from app.learning.models import Submission
from app.learning.submissions import REPLAYED, waiting

KEPT_ENDPOINTS = {
    "quiz.save_answer": "votre réponse à une question",
    "quiz.submit_attempt": "l’envoi définitif de votre tentative",
    "quiz.ask_attempt": "votre demande de tentative",
    "authoring.edit": "un texte de l’atelier",
    "learning.mark_read": "« J’ai lu cette leçon »",
    "reports.lesson": "le signalement d’une erreur",
    "reports.question": "le signalement d’une erreur",
}
"""Forms worth keeping when the session is gone, and what each was, in words."""


@dataclass(frozen=True, slots=True)
class ResumePage:
    """What was typed, shown again, with the form that sends it."""

    id: str
    what: str
    """What was being sent, in words."""
    action: str
    fields: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...]
    at: datetime
    over: bool
    """Sent again already, or given up."""


def resume_page(session: Session, course: Course, submission_id: str, person_id: int) -> ResumePage:
    """`NotYours` for what does not exist, or belongs to an attempt of somebody else."""
    row = waiting(session, submission_id, person_id)
    endpoint, values = target(row.path) if row else ("", {})
    if row is None or endpoint not in KEPT_ENDPOINTS:
        raise NotYours
    fields = tuple((name, value) for name, value in row.fields)
    shown = tuple((label, value) for label, value in _shown(session, course, person_id, row, values) if value)
    return ResumePage(row.id, KEPT_ENDPOINTS[endpoint], row.path, (*fields, (REPLAYED, row.id)), shown, row.at, row.replayed_at is not None)


def target(path: str) -> tuple[str, Mapping[str, Any]]:
    """(endpoint, its values) of the form that posts to a path; an empty endpoint for none."""
    try:
        return current_app.url_map.bind("localhost").match(path, method="POST")
    except HTTPException:
        return "", {}


def sent_fields(row: Submission) -> dict[str, list[str]]:
    """The form as `request.form.to_dict(flat=False)` gave it."""
    found: dict[str, list[str]] = {}
    for name, value in row.fields:
        found.setdefault(name, []).append(value)
    return found


def _shown(session: Session, course: Course, person_id: int, row: Submission, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(label, words) of what was sent."""
    fields = sent_fields(row)
    if "document_id" in values:
        return ("Document", values["document_id"]), ("Votre texte", "".join(fields.get("text", ())))
    if "attempt_id" in values:
        return _attempt_shown(session, person_id, values, fields)
    element = course.lessons.get(values.get("lesson_id", "")) or course.quizzes.get(values.get("quiz_id", ""))
    if element is None:
        raise NotYours
    label = "Leçon" if "lesson_id" in values else "Quiz"
    return (label, element.title), ("Votre message", " ".join(fields.get("message", ())))


def _attempt_shown(session: Session, person_id: int, values: Mapping[str, Any], fields: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
    attempt = attempt_of(session, person_id, values["attempt_id"])
    if "position" not in values:
        return (("Quiz", attempt.title),)
    entry = sheet_of(session, attempt).at(values["position"])
    question = entry.pooled.question
    if "message" in fields:
        return ("Quiz", attempt.title), ("Question", responses.as_text(statement_title(question))), ("Votre message", " ".join(fields["message"]))
    given = responses.shown_again(question, entry.layout, fields)
    return (
        ("Quiz", attempt.title),
        ("Question", responses.as_text(statement_title(question))),
        ("Votre réponse", responses.readable(question, given)),
    )
