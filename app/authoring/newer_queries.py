"""The page of a save that came late: the same trainer wrote elsewhere meanwhile. Both texts, their difference, and what both make together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.authoring.differences import Difference, difference
from app.authoring.drafting import NewerDraft
from app.authoring.editor_queries import Text
from app.authoring.merging import merge3
from app.content.models import Revision


@dataclass(frozen=True, slots=True)
class NewerPage:
    document_id: str
    path: str
    sent: str
    saved: str
    version: int
    difference: Difference
    merged: str | None
    """What both changed without touching each other; None where they did."""


def newer_page(session: Session, text: Text, error: NewerDraft) -> NewerPage:
    base = session.get(Revision, text.base_id) if text.base_id else None
    merged = merge3(base.text, error.sent, error.saved).text if base else None
    return NewerPage(text.document_id, text.path, error.sent, error.saved, error.version, difference(error.saved, error.sent), merged)
