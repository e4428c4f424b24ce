"""An old text taken up again, a document taken out of the course. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import own_draft
from app.authoring.drafts.services import begin_draft
from app.authoring.models import Draft
from app.authoring.publishing.services import PublishedMoved
from app.authoring.versions.leaving import leaving
from app.content.store import services
from app.content.store.models import Document, Publication, Revision
from app.identity.audit import acts
from app.platform.errors import DomainError, NotYours


class DraftInTheWay(DomainError):
    sentence = "Vous avez déjà un brouillon de ce texte : publiez-le ou abandonnez-le d’abord."


def begin_on(session: Session, document: Document, author_id: int, text: str, now: datetime, images: Mapping[str, str], base_id: int | None) -> Draft:
    """The author's draft of a document, begun from one of its revisions. Raises DraftInTheWay."""
    if not begin_draft(session, document.id, author_id, document.path, text, now, media=images, base_id=base_id):
        raise DraftInTheWay
    return own_draft(session, document.id, author_id)


def restore(session: Session, document_id: str, revision_id: int, author_id: int, now: datetime) -> Draft:
    """An old text as the author's draft, on what is published now: it is reviewed and published like any other. Raises DraftInTheWay, NotYours."""
    revision = session.get(Revision, revision_id)
    if revision is None or revision.document_id != document_id:
        raise NotYours
    return begin_on(session, session.get_one(Document, document_id), author_id, revision.text, now, revision.media, revision_of(session, document_id))


def revision_of(session: Session, document_id: str) -> int | None:
    """What is published of a document."""
    return session.scalar(select(Publication.revision_id).where(Publication.document_id == document_id))


def withdraw(session: Session, document_id: str, revision_id: int, *, author_id: int, now: datetime) -> bool:
    """Take a document out of the course with what it holds, if that revision of it is still the published one; those that name it name it no more.

    False when it was out already. Raises Stays, PublishedMoved.
    """
    left = leaving(session, document_id)
    services.locked_state(session)
    current = revision_of(session, document_id)
    if current is None:
        return False
    if current != revision_id or any(revision_of(session, name) != seen for name, seen in left.seen.items()):
        raise PublishedMoved(document_id)
    acts.record(session, author_id, "text_withdrawn", None, now, texte=document_id, version=revision_id)
    for held in left.document_ids[1:]:
        acts.record(session, author_id, "text_withdrawn", None, now, texte=held, version=revision_of(session, held))
    services.withdraw(session, left.document_ids)
    services.store(session, left.rewritten, author_id=author_id, now=now)
    return True
