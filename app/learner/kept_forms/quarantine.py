"""What a person sent and the server could not accept. `services` has what waits for somebody's return."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask import Request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.learner.kept_forms.rules import HELD_FOR
from app.record.progress.models import Submission

KEPT, REFUSED = "kept", "refused"
"""Waiting for its author's return; the quarantine."""

REPLAYED = "reprise"
"""The field that says which kept form is sent again."""

LONGEST = 64 * 1024
"""Characters of a form: more than any answer needs."""
MOST = 100
"""How many are held of one person; the oldest go first."""

_NOT_TYPED = frozenset({"csrf_token", REPLAYED})


def form_fields(request: Request) -> list[list[str]]:
    """The form's fields as sent, without its token."""
    return [[name, value] for name, value in request.form.items(multi=True) if name not in _NOT_TYPED]


def size_of(fields: Sequence[Sequence[str]]) -> int:
    return sum(len(name) + len(value) for name, value in fields)


def put_aside(session: Session, request: Request, now: datetime, *, person_id: int, reason: str) -> None:
    """Keep what was refused, unless there is too much of it."""
    fields = form_fields(request)
    if (size := size_of(fields)) > LONGEST:
        return
    row = Submission(
        id=secrets.token_hex(16),  # typed to « flask learning replay », where a name that begins with a dash is an option
        person_id=person_id,
        path=request.path[:300],
        fields=fields,
        size=size,
        kind=REFUSED,
        reason=reason[:300],
        at=now,
    )
    session.add(row)
    session.flush()
    forget_old(session, REFUSED, now)
    mine = (Submission.kind == REFUSED, Submission.person_id == person_id)
    too_many = session.scalars(select(Submission.id).where(*mine).order_by(Submission.at.desc(), Submission.id).offset(MOST)).all()
    if too_many:
        session.execute(delete(Submission).where(Submission.id.in_(too_many)))


def forget_old(session: Session, kind: str, now: datetime) -> None:
    session.execute(delete(Submission).where(Submission.kind == kind, Submission.at < now - HELD_FOR))


def refused_forms(session: Session) -> Sequence[Submission]:
    """What was refused and not replayed since, the oldest first."""
    return session.scalars(select(Submission).where(Submission.kind == REFUSED, Submission.replayed_at.is_(None)).order_by(Submission.at, Submission.id)).all()
