"""Planned publications whose time has passed: why each still waits, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.authoring.drafts.checks import check
from app.authoring.drafts.queries import WorkingText, text_of
from app.authoring.drafts.readings import everything_published
from app.authoring.models import ERRORS, GONE, MOVED, REFUSALS, PlannedPublication
from app.french import day_of

GRACE = timedelta(minutes=15)
"""What the timer that publishes may take."""
LATE = (
    "Son heure est passée, et le travail qui publie n’a pas tourné depuis. Il la fera dès qu’il tournera ; "
    "prévenez qui administre le site, ou publiez maintenant."
)
FREE = "Plus rien ne l’empêche : publiez maintenant, ou donnez une autre date."
ELSEWHERE = "Publier ce texte mettrait des erreurs ailleurs dans le cours. Ouvrez sa relecture : elle les montre."


@dataclass(frozen=True, slots=True)
class Overdue:
    """One that somebody promised and that was not made."""

    title: str
    due_at: datetime
    why: str
    review: str
    """The address where it is decided."""


def is_overdue(row: PlannedPublication, now: datetime) -> bool:
    return row.refused_at is not None or row.due_at + GRACE < now


def overdue(session: Session, rows: Iterable[PlannedPublication], now: datetime) -> tuple[Overdue, ...]:
    """Of some promises, those whose time has passed."""
    return tuple(
        Overdue(text_of(session, row).title, row.due_at, why(session, row, now), url_for("authoring.review", document_id=row.document_id))
        for row in rows
        if is_overdue(row, now)
    )


def overdue_count(session: Session, author_id: int, now: datetime) -> int:
    """How many one author promised that were not made."""
    late = or_(PlannedPublication.refused_at.is_not(None), PlannedPublication.due_at < now - GRACE)
    return session.scalar(select(func.count()).where(PlannedPublication.author_id == author_id, late)) or 0


def why(session: Session, row: PlannedPublication, now: datetime) -> str:
    """Why a promise was not kept, as things are now; empty while its time has not come."""
    if row.refused_at is None:
        return LATE if is_overdue(row, now) else ""
    if row.refusal == GONE:
        return REFUSALS[GONE]
    together = select(PlannedPublication).where(PlannedPublication.author_id == row.author_id, PlannedPublication.planned_at == row.planned_at)
    return obstacle(session, row, session.scalars(together.order_by(PlannedPublication.id)).all(), now)


def obstacle(session: Session, row: PlannedPublication, together: Iterable[PlannedPublication], now: datetime) -> str:
    """What keeps a text from being published with those promised for the same moment: itself, or one of them."""
    texts = [text_of(session, each) for each in together]
    if moved := [text for text in texts if text.has_moved]:
        return _of(row, moved, REFUSALS[MOVED], "quelqu’un a publié entre-temps un autre texte de")
    found = check(texts, everything_published(session), day_of(now))
    if faulty := [each.text for each in found.texts if each.errors]:
        return _of(row, faulty, REFUSALS[ERRORS], "il y a des erreurs dans")
    return ELSEWHERE if found.errors_elsewhere else FREE if found.publishable else REFUSALS[row.refusal]


def _of(row: PlannedPublication, texts: Sequence[WorkingText], own: str, other: str) -> str:
    if any(text.document_id == row.document_id for text in texts):
        return own
    return f"Programmé avec d’autres, il attend avec eux : {other} « {texts[0].title} ». Ouvrez la relecture de ce texte-là."
