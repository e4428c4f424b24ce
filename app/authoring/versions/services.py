"""An old text taken up again, a document taken out of the course, two texts of one document merged. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import own_draft
from app.authoring.drafts.services import begin_draft, save_draft
from app.authoring.models import Draft
from app.authoring.publishing.services import PublishedMoved
from app.content.store import services
from app.content.store.models import Document, Publication, Revision
from app.errors import DomainError, NotYours
from app.identity.audit import acts


class DraftInTheWay(DomainError):
    sentence = "Vous avez déjà un brouillon de ce texte : publiez-le ou abandonnez-le d’abord."


def rebase(session: Session, draft: Draft, text: str, revision: Revision, *, version: int, now: datetime) -> Draft:
    """The merged text becomes the draft, which now begins from `revision`. Raises DraftConflict where the draft moved meanwhile."""
    base = session.get(Revision, draft.base_revision_id) if draft.base_revision_id else None
    media = merged_media(base.media if base else {}, draft.media, revision.media)
    save_draft(session, draft, text, version=version, now=now)
    session.execute(update(Draft).where(Draft.id == draft.id).values(media=media, base_revision_id=revision.id))
    session.refresh(draft)
    return draft


def merged_media(base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """Images by name: theirs where I left the base's alone, mine elsewhere. None is taken out: what no text shows is not kept anyway."""
    names = {**theirs, **mine}
    return {name: theirs[name] if name in theirs and mine.get(name) in (None, base.get(name)) else mine[name] for name in sorted(names)}


def restore(session: Session, document_id: str, revision_id: int, author_id: int, now: datetime) -> Draft:
    """An old text as the author's draft, on what is published now: it is reviewed and published like any other. Raises DraftInTheWay, NotYours."""
    revision = session.get(Revision, revision_id)
    if revision is None or revision.document_id != document_id:
        raise NotYours
    base_id = session.scalar(select(Publication.revision_id).where(Publication.document_id == document_id))
    path = session.get_one(Document, document_id).path
    if not begin_draft(session, document_id, author_id, path, revision.text, now, media=revision.media, base_id=base_id):
        raise DraftInTheWay
    return own_draft(session, document_id, author_id)


def withdraw(session: Session, document_id: str, revision_id: int, *, author_id: int, now: datetime) -> bool:
    """Take a document out of the course, if that revision of it is still the published one. False when it was out already."""
    services.locked_state(session)
    current = session.scalar(select(Publication.revision_id).where(Publication.document_id == document_id))
    if current is None:
        return False
    if current != revision_id:
        raise PublishedMoved(document_id)
    services.withdraw(session, [document_id])
    acts.record(session, author_id, "text_withdrawn", None, now, texte=document_id, version=revision_id)
    return True
