"""Publishing a draft, alone or with others, now or at a date; restoring and withdrawing. Flushes, never commits.

What decides is looked at again under the lock that publications take one after another: a page that was read a minute ago decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.authoring.drafts.services import begin_draft, discard_draft, draft_of, own_draft, published_revision, save_draft
from app.authoring.models import Draft, PlannedPublication, ReadingRequest
from app.authoring.publishing.checks import Checked, check, has_moved, proposed_change, text_of
from app.authoring.publishing.seen import Seen, as_seen
from app.content.store import services
from app.content.store.models import Document, Publication, Revision
from app.content.store.services import Unpublishable
from app.errors import DomainError, NotYours
from app.french import day_of
from app.identity.audit import acts


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


class DraftInTheWay(DomainError):
    sentence = "Vous avez déjà un brouillon de ce texte : publiez-le ou abandonnez-le d’abord."


# --- Now -------------------------------------------------------------------------------------------------------------


def publish(session: Session, wanted: Sequence[Seen], *, author_id: int, change: str, now: datetime) -> tuple[Revision, ...]:
    """Publish the author's drafts, all or none. `change` is that of the first; the others have the one that their size proposes.

    Sent twice, it publishes once. Raises DraftMoved, PublishedMoved, IdChanged, Unpublishable.
    """
    drafts = held_drafts(session, wanted, author_id)
    if not drafts:
        return _published_already(session, wanted, author_id)
    changes = [change, *(proposed_change(session, draft.document_id, draft.text) for draft in drafts[1:])]
    revisions = release(session, drafts, changes, author_id=author_id, now=now)
    for draft in drafts:
        discard_draft(session, draft)
        forget(session, draft.document_id, author_id)
    return revisions


def held_drafts(session: Session, wanted: Sequence[Seen], author_id: int) -> list[Draft]:
    """The drafts that somebody read, under the lock of publications. None when they are all gone: published, or given up."""
    services.locked_state(session)
    found = [(one, draft) for one in wanted if (draft := draft_of(session, one.document_id, author_id))]
    for one, draft in found:
        session.refresh(draft, with_for_update=True)
        if as_seen(draft) != one:
            raise DraftMoved
    if found and len(found) < len(wanted):
        raise DraftMoved
    return [draft for _one, draft in found]


def release(session: Session, sources: Sequence[Draft | PlannedPublication], changes: Sequence[str], *, author_id: int, now: datetime) -> tuple[Revision, ...]:
    """Make these texts the published ones, each with its kind of change, in one generation, after a last look. The lock is held already."""
    texts = checked(session, sources, now)
    before = {source.document_id: published_revision(session, source.document_id) for source in sources}
    new = [text.new_text(change) for text, change in zip(texts, changes, strict=True)]
    revisions = services.store(session, new, author_id=author_id, now=now)
    for revision in revisions:
        if revision is not before.get(revision.document_id):
            _note(session, revision, author_id, now)
    return tuple(revisions)


def checked(session: Session, sources: Sequence[Draft | PlannedPublication], now: datetime) -> tuple[Checked, ...]:
    """The texts, ready to be stored. Raises what makes them unpublishable."""
    for source in sources:
        if has_moved(session, source):
            raise PublishedMoved(source.document_id)
    verdict = check(session, [text_of(source) for source in sources], day_of(now))
    if not verdict.publishable:
        raise Unpublishable(verdict.errors)
    for text in verdict.texts:
        _same_document(session, text)
    return verdict.texts


def _same_document(session: Session, text: Checked) -> None:
    """A document keeps its id and its kind for ever; a new one takes an id that nothing has."""
    new = text.new_text(None)
    known, wanted = session.get(Document, text.source.document_id), session.get(Document, new.document_id)
    if (known is None and wanted is not None) or (known is not None and known is not wanted) or (wanted and wanted.kind != new.kind.value):
        raise IdChanged


def _published_already(session: Session, wanted: Sequence[Seen], author_id: int) -> tuple[Revision, ...]:
    """What a repeated form published the first time. Raises NotYours where it published nothing."""
    found = [revision for one in wanted if (revision := published_revision(session, one.document_id))]
    same = [(one.document_id, one.fingerprint, author_id) for one in wanted] == [(each.document_id, each.fingerprint, each.author_id) for each in found]
    if not same:
        raise NotYours
    return tuple(found)


def _note(session: Session, revision: Revision, author_id: int, now: datetime) -> None:
    """Every publication is an act; one that brings an old text back says which."""
    query = select(Revision.id).where(Revision.document_id == revision.document_id, Revision.fingerprint == revision.fingerprint, Revision.id != revision.id)
    old = session.scalar(query.order_by(Revision.id.desc()).limit(1))
    details = {"texte": revision.document_id, "version": revision.id, "genre": revision.change}
    if old is None:
        acts.record(session, author_id, "text_published", None, now, **details)
    else:
        acts.record(session, author_id, "text_restored", None, now, **details, reprise=old)


def note_synchronised(session: Session, *, published: int, withdrawn: int, now: datetime) -> None:
    """Files brought in by a command are publications too: one act for them all."""
    acts.record(session, None, "course_synchronised", None, now, publiés=published, retirés=withdrawn)


def forget(session: Session, document_id: str, author_id: int) -> None:
    """What waited for a draft that is gone: its date, what was asked of colleagues."""
    session.execute(delete(PlannedPublication).where(PlannedPublication.document_id == document_id, PlannedPublication.author_id == author_id))
    session.execute(delete(ReadingRequest).where(ReadingRequest.document_id == document_id, ReadingRequest.asker_id == author_id))


# --- Merged ----------------------------------------------------------------------------------------------------------


def rebase(session: Session, draft: Draft, text: str, revision: Revision, *, version: int, now: datetime) -> Draft:
    """The merged text becomes the draft, which now begins from `revision`. Raises NewerDraft where the draft moved meanwhile."""
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


# --- Back, and out ---------------------------------------------------------------------------------------------------


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
