"""`/reprise/<id>`: what was typed before sign-in, shown in words, with the form that sends it again or the way to the page that does it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from app.assessment.attempts.sheet import attempt_of, sheet_of
from app.assessment.questions import responses
from app.assessment.questions.present import statement_title
from app.content.values.course import Course
from app.identity.queries import SignedIn
from app.identity.sessions.browsers import Browser
from app.identity.sign_in import admission
from app.learner.kept_forms.quarantine import KEPT, REPLAYED
from app.learner.kept_forms.rules import SOFTENED
from app.platform import hooks
from app.platform.errors import NotYours
from app.platform.web.endpoints import Return, kept_return
from app.record.progress.models import Submission

Shown = tuple[tuple[str, str], ...]
"""(label, words) of what was sent."""


class ResumePage(Struct, frozen=True):
    """What was typed, shown again, with the form that sends it; or the way to the page where a sensitive act is done."""

    id: str
    what: str
    """What was being sent, in words."""
    address: str
    """Where the form is sent, or the act's own page."""
    sensitive: bool
    fields: tuple[tuple[str, str], ...]
    shown: Shown
    at: datetime
    over: bool
    """Sent again already, or given up."""


def resume_page(session: Session, course: Course, submission_id: str, person: SignedIn, browser: Browser | None) -> ResumePage:
    """`NotYours` for what does not exist, was sent by somebody else or from another browser, or belongs to an attempt of somebody else."""
    row = waiting(session, submission_id, person.id, browser)
    endpoint, values = target(row.path) if row else ("", {})
    back = kept_return(endpoint)
    if row is None or back is None or not admission.may(person.roles, endpoint):
        raise NotYours
    shown = _act_shown(session, person.id, row, back, values) if back.sensitive else _shown(session, course, person.id, row, endpoint, values)
    address = _page_of(back, values) if back.sensitive else row.path
    fields = () if back.sensitive else _sent_again(row)
    return ResumePage(row.id, back.what, address, back.sensitive, fields, tuple(pair for pair in shown if pair[1]), row.at, row.replayed_at is not None)


def _sent_again(row: Submission) -> tuple[tuple[str, str], ...]:
    return (*(SOFTENED.get((name, value), (name, value)) for name, value in row.fields), (REPLAYED, row.id))


def _page_of(back: Return, values: Mapping[str, Any]) -> str:
    """The act's own page, for the same thing: its address takes some of what the act's takes."""
    taken = {name for rule in current_app.url_map.iter_rules(back.page) for name in rule.arguments}
    return url_for(back.page, **{name: value for name, value in values.items() if name in taken})


def _act_shown(session: Session, person_id: int, row: Submission, back: Return, values: Mapping[str, Any]) -> Shown:
    fields = sent_fields(row)
    typed = tuple((label, ", ".join(fields.get(name, ()))) for name, label in back.typed.items())
    return (*_attempt_shown(session, person_id, values, fields), *typed) if "attempt_id" in values else typed


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


def _shown(session: Session, course: Course, person_id: int, row: Submission, endpoint: str, values: Mapping[str, Any]) -> Shown:
    fields = sent_fields(row)
    words = hooks.submission_words.here().get(endpoint)
    if words:
        return words(session, person_id, values, fields)
    if "document_id" in values:
        return ("Document", values["document_id"]), ("Votre texte", "".join(fields.get("text", ())))
    if "attempt_id" in values:
        return _attempt_shown(session, person_id, values, fields)
    if "answer" in fields:
        answers = "\n\n".join(filter(None, fields["answer"]))
        return ("Leçon", course.lessons[values["lesson_id"]].title if values["lesson_id"] in course.lessons else ""), ("Vos réponses", answers)
    element = course.lessons.get(values.get("lesson_id", "")) or course.quizzes.get(values.get("quiz_id", ""))
    if element is None:
        raise NotYours
    label = "Leçon" if "lesson_id" in values else "Quiz"
    return (label, element.title), ("Votre message", " ".join(fields.get("message", ())))


def _attempt_shown(session: Session, person_id: int, values: Mapping[str, Any], fields: Mapping[str, list[str]]) -> Shown:
    attempt = attempt_of(session, person_id, values["attempt_id"])
    if "position" not in values:
        return (("Quiz", attempt.title),)
    entry = sheet_of(session, attempt).at(values["position"])
    question = entry.pooled.question
    if "message" in fields:
        return ("Quiz", attempt.title), ("Question", responses.as_text(statement_title(question))), ("Votre message", " ".join(fields["message"]))
    given = entry.kind.read_refused(entry.layout, fields)
    return (
        ("Quiz", attempt.title),
        ("Question", responses.as_text(statement_title(question))),
        ("Votre réponse", entry.kind.readable(given)),
    )


def waiting(session: Session, submission_id: str, person_id: int, browser: Browser | None) -> Submission | None:
    """A kept form that this person, in this browser, may send again, or has."""
    if browser is None:
        return None
    row = session.scalar(select(Submission).where(Submission.id == submission_id, Submission.kind == KEPT, Submission.person_id == person_id))
    return row if row is not None and hmac.compare_digest(row.browser or "", browser.digest) else None
