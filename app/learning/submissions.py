"""What a person sent and the server could not accept: kept for their return after sign-in, or quarantined. Bounded, and not for ever."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Request
from sqlalchemy import ColumnElement, Text, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.learning.models import Submission

KEPT, REFUSED = "kept", "refused"
"""Waiting for its author's return; the quarantine."""

REPLAYED = "reprise"
"""The field that says which kept submission a form sends again."""

LONGEST = {KEPT: 16 * 1024, REFUSED: 64 * 1024}
"""Characters of a form: more than any answer needs. What a visitor sends is bounded more tightly: anybody may send it."""
MOST = {KEPT: 500, REFUSED: 100}
"""How many are held, of all visitors together, and of one person; the oldest go first."""
LONG_FORMS = {"authoring.edit": 420_000}
"""Endpoint → characters, where a whole text of the course is sent."""
MOST_LONG = 40
"""Forms longer than the others that are held of all visitors together."""
HELD_FOR = timedelta(days=30)
"""As the register of personal data declares it."""

_NOT_TYPED = frozenset({"csrf_token", REPLAYED})


def form_fields(request: Request) -> list[list[str]]:
    """The form's fields as sent, without its token."""
    return [[name, value] for name, value in request.form.items(multi=True) if name not in _NOT_TYPED]


def keep(session: Session, request: Request, now: datetime, *, person_id: int | None, kind: str, reason: str = "") -> str | None:
    """Store what was sent. Returns its unguessable id, or None when there is too much of it."""
    fields = form_fields(request)
    length = sum(len(name) + len(value) for name, value in fields)
    if length > LONG_FORMS.get(request.endpoint or "", LONGEST[kind]):
        return None
    row = Submission(id=secrets.token_urlsafe(24), person_id=person_id, path=request.path[:300], fields=fields, kind=kind, reason=reason[:300], at=now)
    session.add(row)
    session.flush()
    _forget_the_oldest(session, kind, person_id, now)
    if length > LONGEST[kind]:
        _forget_long_ones(session, kind)
    return row.id


def _forget_the_oldest(session: Session, kind: str, person_id: int | None, now: datetime) -> None:
    session.execute(delete(Submission).where(Submission.kind == kind, Submission.at < now - HELD_FOR))
    mine = (Submission.kind == kind, Submission.person_id == person_id)
    too_many = session.scalars(select(Submission.id).where(*mine).order_by(Submission.at.desc(), Submission.id).offset(MOST[kind])).all()
    if too_many:
        session.execute(delete(Submission).where(Submission.id.in_(too_many)))


def _forget_long_ones(session: Session, kind: str) -> None:
    long = (Submission.kind == kind, func.length(cast(Submission.fields, Text)) > LONGEST[kind])
    too_many = session.scalars(select(Submission.id).where(*long).order_by(Submission.at.desc(), Submission.id).offset(MOST_LONG)).all()
    session.execute(delete(Submission).where(Submission.id.in_(too_many)))


def waiting(session: Session, submission_id: str, person_id: int) -> Submission | None:
    """A kept submission that this person may send again, or has."""
    return session.scalar(select(Submission).where(Submission.id == submission_id, *_theirs(person_id)))


def close(session: Session, submission_id: str, person_id: int, now: datetime) -> bool:
    """Mark a kept submission as sent again, or given up. False when it was, or is somebody else's."""
    wanted = (Submission.id == submission_id, Submission.replayed_at.is_(None), *_theirs(person_id))
    return session.execute(update(Submission).where(*wanted).values(replayed_at=now, person_id=person_id).returning(Submission.id)).first() is not None


def _theirs(person_id: int) -> tuple[ColumnElement[bool], ...]:
    """A visitor has no number: until it is sent, a kept submission is for whoever has its address."""
    return (Submission.kind == KEPT, or_(Submission.person_id.is_(None), Submission.person_id == person_id))


def quarantine(session: Session) -> Sequence[Submission]:
    """What was refused and not replayed since, the oldest first."""
    return session.scalars(select(Submission).where(Submission.kind == REFUSED, Submission.replayed_at.is_(None)).order_by(Submission.at, Submission.id)).all()
