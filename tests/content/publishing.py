"""One text published, as the atelier and the files do at the end of their ways."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.content.documents.reader import read_document
from app.content.store.queries import Revision
from app.content.store.services import new_text, store


def publish(
    session: Session, path: str, text: str, *, author_id: int | None, now: datetime, change: str | None = None, media: Mapping[str, str] | None = None
) -> Revision:
    """`change` is MINOR or MAJOR; without it the size of the change decides."""
    reading = read_document(path, text)
    assert reading.publishable, reading.problems
    return store(session, [new_text(reading, text, media or {})], author_id=author_id, now=now, change=change)[0]
