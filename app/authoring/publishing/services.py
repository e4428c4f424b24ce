"""Publishing drafts, alone or together. Flushes, never commits.

What decides is looked at again under the lock that publications take one after another: a page that was read a minute ago decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import WorkingText, draft_of, everything_published, published_revision, text_of
from app.authoring.drafts.services import check, discard_draft
from app.authoring.models import Draft, PlannedPublication, ReadingRequest
from app.authoring.publishing.queries import ReviewedDraft, as_reviewed
from app.content.documents.index import document_id as id_of
from app.content.store import services
from app.content.store.queries import Document, Revision
from app.content.store.services import Unpublishable
from app.identity import audit
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of


class DraftMoved(DomainError):
    """The draft was saved since its review was shown."""

    status = 409
    sentence = "Ce brouillon a changé depuis que vous l’avez relu : relisez-le tel qu’il est maintenant."


class PublishedMoved(DomainError):
    """Somebody published another text of the document since the draft began."""

    status = 409
    sentence = "Quelqu’un a publié ce texte depuis que vous avez commencé : rien n’est écrasé, fusionnez les deux versions."

    def __init__(self, document_id: str) -> None:
        self.document_id = document_id
        super().__init__()


class IdChanged(DomainError):
    sentence = "L’identifiant d’un texte publié ne change pas : remettez l’ancien dans l’en-tête, ou créez un autre document."


def publish(session: Session, reviewed: Sequence[ReviewedDraft], *, author_id: int, change: str, now: datetime) -> tuple[Revision, ...]:
    """Publish the author's drafts, all or none. `change` is that of the first; the others have the one that their size proposes.

    Sent twice, it publishes once. Raises DraftMoved, PublishedMoved, IdChanged, Unpublishable.
    """
    drafts = lock_drafts(session, reviewed, author_id)
    if not drafts:
        return _published_already(session, reviewed, author_id)
    texts = [text_of(session, draft) for draft in drafts]
    revisions = release(session, texts, [change, *(text.proposed_change for text in texts[1:])], author_id=author_id, now=now)
    for draft in drafts:
        discard_draft(session, draft)
        forget(session, draft.document_id, author_id)
    return revisions


def read_before(session: Session, reviewed: Sequence[ReviewedDraft], author_id: int) -> None:
    """Read, and remember, what the lock will be held for: everything published, and these drafts as they are now."""
    everything_published(session)
    for each in reviewed:
        if (draft := draft_of(session, each.document_id, author_id)) is not None:
            as_reviewed(WorkingText.of(draft, None))


def lock_drafts(session: Session, reviewed: Sequence[ReviewedDraft], author_id: int) -> list[Draft]:
    """The drafts that somebody read, under the lock of publications. None when they are all gone: published, or given up."""
    services.locked_state(session)
    drafts = []
    for each in reviewed:
        draft = draft_of(session, each.document_id, author_id)
        if draft is None:
            continue
        session.refresh(draft, with_for_update=True)
        if draft.version != each.version or as_reviewed(WorkingText.of(draft, None)) != each:
            raise DraftMoved
        drafts.append(draft)
    if drafts and len(drafts) < len(reviewed):
        raise DraftMoved
    return drafts


def release(session: Session, texts: Sequence[WorkingText], changes: Sequence[str], *, author_id: int, now: datetime) -> tuple[Revision, ...]:
    """Make these texts the published ones, each with its kind of change, in one generation, after a last look. The lock is held already."""
    require_publishable(session, texts, now)
    new = [text.new_text(change) for text, change in zip(texts, changes, strict=True)]
    revisions = services.store(session, new, author_id=author_id, now=now)
    for text, revision in zip(texts, revisions, strict=True):
        if revision is not text.published:
            _record_act(session, revision, author_id, now)
    return tuple(revisions)


def require_publishable(session: Session, texts: Sequence[WorkingText], now: datetime) -> None:
    """Raises PublishedMoved, Unpublishable, IdChanged."""
    for text in texts:
        if text.has_moved:
            raise PublishedMoved(text.document_id)
    found = check(texts, everything_published(session), day_of(now))
    if not found.publishable:
        raise Unpublishable(found.errors)
    for text in texts:
        _same_document(session, text)


def _same_document(session: Session, text: WorkingText) -> None:
    """A document keeps its id and its kind for ever; a new one takes an id that nothing has."""
    known, wanted = session.get(Document, text.document_id), session.get(Document, id_of(text.reading))
    if (known is None and wanted is not None) or (known is not None and known is not wanted) or (wanted and wanted.kind != text.reading.kind.value):
        raise IdChanged


def _published_already(session: Session, reviewed: Sequence[ReviewedDraft], author_id: int) -> tuple[Revision, ...]:
    """What a repeated form published the first time. Raises NotYours where it published nothing."""
    found = [revision for each in reviewed if (revision := published_revision(session, each.document_id))]
    if [(each.document_id, each.fingerprint, author_id) for each in reviewed] != [(each.document_id, each.fingerprint, each.author_id) for each in found]:
        raise NotYours
    return tuple(found)


def _record_act(session: Session, revision: Revision, author_id: int, now: datetime) -> None:
    """Every publication is an act; one that brings an old text back says which."""
    query = select(Revision.id).where(Revision.document_id == revision.document_id, Revision.fingerprint == revision.fingerprint, Revision.id != revision.id)
    old = session.scalar(query.order_by(Revision.id.desc()).limit(1))
    details = {"texte": revision.document_id, "version": revision.id, "genre": revision.change}
    if old is None:
        audit.record(session, author_id, "text_published", None, now, **details)
    else:
        audit.record(session, author_id, "text_restored", None, now, **details, reprise=old)


def note_synchronised(session: Session, *, published: int, withdrawn: int, now: datetime) -> None:
    """Files brought in by a command are publications too: one act for them all."""
    audit.record(session, None, "course_synchronised", None, now, publiés=published, retirés=withdrawn)


def forget(session: Session, document_id: str, author_id: int) -> None:
    """What waited for a draft that is gone: its date, what was asked of colleagues."""
    session.execute(delete(PlannedPublication).where(PlannedPublication.document_id == document_id, PlannedPublication.author_id == author_id))
    session.execute(delete(ReadingRequest).where(ReadingRequest.document_id == document_id, ReadingRequest.asker_id == author_id))
