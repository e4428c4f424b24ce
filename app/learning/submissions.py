"""What a person sent and the server could not accept: kept for their return after sign-in, or quarantined."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Request
from sqlalchemy.orm import Session

from app.learning.models import Submission

MAX_KEPT = 64 * 1024
"""Characters of a kept form: more than any answer needs."""

FIELD_WORDS = {"text": "Votre réponse", "choice": "Votre choix", "number": "Votre réponse"}


@dataclass(frozen=True, slots=True)
class ResumePage:
    """What was typed, shown again, with the form that sends it."""

    id: str
    action: str
    fields: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...]
    at: datetime


def form_fields(request: Request) -> list[list[str]]:
    """The form's fields as sent, without its token."""
    return [[name, value] for name, value in request.form.items(multi=True) if name != "csrf_token"]


def keep(session: Session, request: Request, now: datetime, *, person_id: int | None, kind: str, reason: str = "") -> str | None:
    """Store what was sent. Returns its unguessable id, or None when there is nothing to keep or too much."""
    fields = form_fields(request)
    if not fields or sum(len(name) + len(value) for name, value in fields) > MAX_KEPT:
        return None
    row = Submission(
        id=secrets.token_urlsafe(24), person_id=person_id, path=urlsplit(request.path).path[:300], fields=fields, kind=kind, reason=reason[:300], at=now
    )
    session.add(row)
    session.flush()
    return row.id


def resume_page(session: Session, submission_id: str, person_id: int) -> ResumePage | None:
    """A submission that waits for its author; None when there is none, when it was sent already, or when it is somebody else's."""
    row = session.get(Submission, submission_id)
    if row is None or row.kind != "kept" or row.replayed_at is not None or row.person_id not in (None, person_id):
        return None
    shown = [(FIELD_WORDS.get(name.split("-")[0], name), value) for name, value in row.fields if value and name not in ("key", "then")]
    return ResumePage(row.id, row.path, tuple((name, value) for name, value in row.fields), tuple(shown), row.at)


def close(session: Session, submission_id: str, now: datetime) -> None:
    """Mark a kept submission as sent again, or given up."""
    row = session.get(Submission, submission_id)
    if row is not None:
        row.replayed_at = now
        session.flush()
