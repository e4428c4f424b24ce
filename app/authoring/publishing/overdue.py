"""Planned publications whose time has come, and why each still waits, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask import url_for
from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import WorkingText, everything_published, text_of
from app.authoring.drafts.services import CourseCheck, check
from app.authoring.models import ERRORS, GONE, MOVED, REFUSALS, PlannedPublication
from app.platform.french import day_of

GRACE = timedelta(minutes=15)
"""What the timer that publishes may take."""
LATE = (
    "Son heure est passée, et le travail qui publie n’a pas tourné depuis. Il la fera dès qu’il tournera ; "
    "prévenez qui administre le site, ou publiez maintenant."
)
FREE = "Plus rien ne l’empêche : publiez maintenant, ou donnez une autre date."
ELSEWHERE = "Publier ce texte mettrait des erreurs ailleurs dans le cours. Ouvrez sa relecture : elle les montre."


class Overdue(Struct, frozen=True):
    """One that somebody promised and that was not made."""

    title: str
    due_at: datetime
    why: str
    review: str
    """The address where it is decided."""


def is_overdue(row: PlannedPublication, now: datetime) -> bool:
    return row.refused_at is not None or row.due_at + GRACE < now


def overdue(session: Session, rows: Iterable[PlannedPublication], now: datetime) -> tuple[Overdue, ...]:
    """Lists the planned publications whose time has passed, and why. Those planned together are checked once."""
    lots: dict[tuple[int, datetime], _DueTexts] = {}
    return tuple(
        Overdue(text_of(session, row).title, row.due_at, why(session, row, now, lots), url_for("authoring.review", document_id=row.document_id))
        for row in rows
        if is_overdue(row, now)
    )


def overdue_count(session: Session, author_id: int, now: datetime) -> int:
    """How many one author promised that were not made."""
    late = or_(PlannedPublication.refused_at.is_not(None), PlannedPublication.due_at < now - GRACE)
    return session.scalar(select(func.count()).where(PlannedPublication.author_id == author_id, late)) or 0


class _DueTexts(Struct, frozen=True):
    """Texts promised for the same moment, as they would be published now."""

    moved: Sequence[WorkingText]
    """Of which another text was published since."""
    found: CourseCheck | None
    """None where some have moved."""


def why(session: Session, row: PlannedPublication, now: datetime, lots: dict[tuple[int, datetime], _DueTexts] | None = None) -> str:
    """Why a promise was not kept, as things are now; empty while its time has not come. `lots`: what was judged already."""
    if row.refused_at is None:
        return LATE if is_overdue(row, now) else ""
    if row.refusal == GONE:
        return REFUSALS[GONE]
    lots, lot = {} if lots is None else lots, (row.author_id, row.planned_at)
    if lot not in lots:
        together = select(PlannedPublication).where(PlannedPublication.author_id == row.author_id, PlannedPublication.planned_at == row.planned_at)
        lots[lot] = _check_due_texts(session, session.scalars(together.order_by(PlannedPublication.id)), now)
    return _why_not_published(row, lots[lot])


def obstacle(session: Session, row: PlannedPublication, together: Iterable[PlannedPublication], now: datetime) -> str:
    """What keeps a text from being published with those promised for the same moment: itself, or one of them."""
    return _why_not_published(row, _check_due_texts(session, together, now))


def _check_due_texts(session: Session, together: Iterable[PlannedPublication], now: datetime) -> _DueTexts:
    texts = [text_of(session, each) for each in together]
    moved = [text for text in texts if text.has_moved]
    return _DueTexts(moved, None if moved else check(texts, everything_published(session), day_of(now)))


def _why_not_published(row: PlannedPublication, judged: _DueTexts) -> str:
    found = judged.found
    if found is None:
        return _of(row, judged.moved, REFUSALS[MOVED], "quelqu’un a publié entre-temps un autre texte de")
    if faulty := [each.text for each in found.texts if each.errors]:
        return _of(row, faulty, REFUSALS[ERRORS], "il y a des erreurs dans")
    return ELSEWHERE if found.errors_elsewhere else FREE if found.publishable else REFUSALS[row.refusal]


def _of(row: PlannedPublication, texts: Sequence[WorkingText], own: str, other: str) -> str:
    if any(text.document_id == row.document_id for text in texts):
        return own
    return f"Programmé avec d’autres, il attend avec eux : {other} « {texts[0].title} ». Ouvrez la relecture de ce texte-là."


# --- Has any come? ---------------------------------------------------------------------------------------------------
# Asked often, by processes that know nothing of the course.


def anything_due(session: Session, now: datetime) -> bool:
    return session.scalar(select(PlannedPublication.id).where(is_due(now)).limit(1)) is not None


def is_due(now: datetime) -> ColumnElement[bool]:
    return and_(PlannedPublication.due_at <= now, PlannedPublication.refused_at.is_(None))
