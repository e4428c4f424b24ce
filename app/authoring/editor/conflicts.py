"""Drafts that were saved from elsewhere meanwhile: what is kept of each, beside what was sent."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy.orm import Session

from app.authoring.comparing.three_way import merge3
from app.authoring.comparing.word_diff import WordDifference, difference
from app.authoring.drafts.queries import WorkingText
from app.authoring.drafts.services import DraftConflict
from app.authoring.editor.pair import Conflicts, TextPair
from app.content.store.models import Revision


class DraftTextConflict(Struct, frozen=True):
    """One of the texts of a form, which had been saved from elsewhere."""

    prefix: str
    """What begins the names of its fields."""
    document_id: str
    path: str
    sent: str
    saved: str
    version: int
    difference: WordDifference
    merged: str | None
    """What both changed without touching each other; None where they did."""


class DraftConflictPage(Struct, frozen=True):
    document_id: str
    path: str
    conflicts: tuple[DraftTextConflict, ...]
    stray: str
    """What was written of a quiz that is there no more."""


def draft_conflict_page(session: Session, sent: TextPair, conflicts: Conflicts) -> DraftConflictPage:
    return DraftConflictPage(sent.text.document_id, sent.text.path, tuple(_conflict(session, *each) for each in conflicts), sent.stray)


def _conflict(session: Session, prefix: str, text: WorkingText, error: DraftConflict) -> DraftTextConflict:
    base = session.get(Revision, text.base_id) if text.base_id else None
    merged = merge3(base.text, error.sent, error.saved).text if base else None
    return DraftTextConflict(prefix, text.document_id, text.path, error.sent, error.saved, error.version, difference(error.saved, error.sent), merged)
