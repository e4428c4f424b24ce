"""What the tests of publishing share: drafts begun and changed as the editor does, and what is published of a document."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authoring.drafts import services as drafts
from app.authoring.drafts.queries import published_revision
from app.content.store.queries import Revision
from tests.record.world import World


def draft(world: World, author: int, document_id: str, change: Callable[[str], str]) -> int:
    """The author's draft of a published document, changed and saved; its number."""

    def work(session: Session) -> int:
        row = drafts.open_draft(session, document_id, author, world.clock.now())
        drafts.save_draft(session, row, change(row.text), version=row.version, now=world.clock.now())
        return row.id

    world.clock.pass_by(minutes=1)
    return world.write(work)


def published_text(world: World, document_id: str) -> str:
    def work(session: Session) -> str:
        revision = published_revision(session, document_id)
        return revision.text if revision else ""

    return world.read(work)


def texts_of(world: World, document_id: str) -> int:
    """How many revisions a document has."""
    return world.read(lambda session: session.scalar(select(func.count()).select_from(Revision).where(Revision.document_id == document_id)) or 0)
