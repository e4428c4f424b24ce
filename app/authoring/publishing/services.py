"""Publishing drafts, alone or together. Flushes, never commits.

What decides is looked at again under the lock that publications take one after another: a page that was read a minute ago decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import WorkingText, draft_of, everything_published, published_revision, text_of
from app.authoring.drafts.services import check, discard_draft
from app.authoring.models import ERRORS, GONE, MOVED, Draft, PlannedPublication, ReadingRequest
from app.authoring.publishing.facts import fact_lines
from app.authoring.publishing.overdue import is_due, obstacle
from app.authoring.publishing.queries import ReviewedDraft, as_reviewed, planned_publication
from app.content.documents.index import document_id as id_of
from app.content.store import services
from app.content.store.facts import WHY_LENGTH
from app.content.store.queries import Document, Revision, course
from app.content.store.services import Unpublishable
from app.content.text.normalise import normalise
from app.identity import audit
from app.identity.emails import send
from app.identity.models import Person
from app.identity.rules import Role
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.platform.french import day_of, french_datetime, join_words
from app.platform.log import event
from app.platform.mail import outbox
from app.platform.mail.emails import PUBLICATION_REFUSED
from app.platform.settings import Settings
from app.platform.site import offers
from app.platform.web.edge import path_of


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


class ChangeUnexplained(DomainError):
    sentence = "Dites en une phrase ce qui a changé : des personnes ont appris ce qui n’est plus vrai, et la liront."


def publish(session: Session, reviewed: Sequence[ReviewedDraft], *, author_id: int, change: str, now: datetime, why: str = "") -> tuple[Revision, ...]:
    """Publish the author's drafts, all or none. `change` is that of the first; the others have the one that their size proposes.

    `why`: what changed, in a sentence, for whoever learned it otherwise. Sent twice, it publishes once. Raises DraftMoved, PublishedMoved, IdChanged,
    Unpublishable, ChangeUnexplained.
    """
    drafts = lock_drafts(session, reviewed, author_id)
    if not drafts:
        return _published_already(session, reviewed, author_id)
    texts = [text_of(session, draft) for draft in drafts]
    require_reason(session, texts, why)
    revisions = release(session, texts, [change, *(text.proposed_change for text in texts[1:])], author_id=author_id, now=now, why=why)
    for draft in drafts:
        discard_draft(session, draft)
        forget(session, draft.document_id, author_id)
    return revisions


def read_before(session: Session, reviewed: Sequence[ReviewedDraft], author_id: int) -> None:
    """Read, and remember, what the lock will be held for: everything published, and these drafts as they are now."""
    everything_published(session)
    course(session)
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


def require_reason(session: Session, texts: Sequence[WorkingText], why: str) -> None:
    """Raises ChangeUnexplained where somebody learned what these texts change, TooManyCharacters."""
    if len(why) > WHY_LENGTH:
        raise TooManyCharacters(WHY_LENGTH)
    if not why and offers("changes") and any(line.people for line in fact_lines(session, texts)):
        raise ChangeUnexplained


def release(session: Session, texts: Sequence[WorkingText], changes: Sequence[str], *, author_id: int, now: datetime, why: str = "") -> tuple[Revision, ...]:
    """Make these texts the published ones, each with its kind of change, in one generation, after a last look. The lock is held already."""
    require_publishable(session, texts, now)
    new = [text.new_text(change) for text, change in zip(texts, changes, strict=True)]
    revisions = services.store(session, new, author_id=author_id, now=now, why=why)
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


# --- Publication at a date: promised, changed, cancelled, kept by `flask atelier publish-due`. Flushes, never commits.
#
# What was read is what will be published: the plan holds its own copy of the text. When its time comes everything is looked at again; what
# cannot be published is refused once, with an email to its author, and never merged by itself.


class DateTooEarly(DomainError):
    sentence = "Donnez une date et une heure à venir."


class AlreadyPlanned(DomainError):
    sentence = "Une autre publication de ce texte est déjà programmée : voyez avec la personne qui l’a programmée."


def plan(session: Session, reviewed: Sequence[ReviewedDraft], *, author_id: int, change: str, due_at: datetime, now: datetime, why: str = "") -> None:
    """Promise the author's drafts for a date, or another date. Raises what publishing would raise, TooEarly, AlreadyPlanned."""
    if due_at <= now:
        raise DateTooEarly
    drafts = lock_drafts(session, reviewed, author_id)
    if not drafts:
        raise NotYours
    texts = [text_of(session, draft) for draft in drafts]
    require_reason(session, texts, why)
    require_publishable(session, texts, now)
    for draft, text in zip(drafts, texts, strict=True):
        row = planned_publication(session, draft.document_id) or PlannedPublication(document_id=draft.document_id, author_id=author_id)
        if row.author_id != author_id:
            raise AlreadyPlanned
        row.path, row.text, row.media, row.base_revision_id = draft.path, draft.text, dict(draft.media), draft.base_revision_id
        row.change = change if draft is drafts[0] else text.proposed_change
        row.due_at, row.planned_at, row.refused_at, row.refusal, row.why = due_at, now, None, "", why
        session.add(row)
    session.flush()
    for draft in drafts:
        audit.record(session, author_id, "publication_scheduled", None, now, texte=draft.document_id, le=due_at.isoformat())


def cancel(session: Session, document_id: str, author_id: int, now: datetime) -> bool:
    """Forget a date. Any trainer may: the draft stays with its author. False when there was none."""
    gone = session.scalars(delete(PlannedPublication).where(PlannedPublication.document_id == document_id).returning(PlannedPublication.id)).all()
    if gone:
        audit.record(session, author_id, "publication_cancelled", None, now, texte=document_id)
    return bool(gone)


# --- When the time comes ---------------------------------------------------------------------------------------------


def publish_next(session: Session, settings: Settings, now: datetime) -> str:
    """Publish what one author promised for one moment, in the caller's transaction. Gives what became of it; empty when nothing is due.

    Killed before its commit, it has done nothing, and the next run does it.
    """
    services.locked_state(session)
    rows = _due(session, now)
    if not rows:
        return ""
    author = session.get(Person, rows[0].author_id)
    try:
        refusal = "" if author and author.active and Role.TRAINER in author.role_set else GONE
        if not refusal:
            _release(session, rows, now)
    except PublishedMoved:
        refusal = MOVED
    except (Unpublishable, IdChanged):
        refusal = ERRORS
    if refusal:
        _refuse(session, settings, rows, author, refusal, now)
    return refusal or "publié"


def _due(session: Session, now: datetime) -> Sequence[PlannedPublication]:
    """All that the first author promised for the first moment that is past, held."""
    waiting = select(PlannedPublication).where(is_due(now))
    first = session.scalar(waiting.order_by(PlannedPublication.due_at, PlannedPublication.id).limit(1))
    if first is None:
        return ()
    together = waiting.where(PlannedPublication.author_id == first.author_id, PlannedPublication.planned_at == first.planned_at)
    return session.scalars(together.order_by(PlannedPublication.id).with_for_update()).all()


def _release(session: Session, rows: Sequence[PlannedPublication], now: datetime) -> None:
    """Publish; a draft that was left as it was is done with, one that went on goes on from what is published now."""
    author_id = rows[0].author_id
    texts, why = [text_of(session, row) for row in rows], rows[0].why
    revisions = release(session, texts, [row.change for row in rows], author_id=author_id, now=now, why=why)
    for row, revision in zip(rows, revisions, strict=True):
        draft = draft_of(session, row.document_id, author_id)
        if draft is not None and normalise(draft.text) == normalise(row.text):
            discard_draft(session, draft)
        elif draft is not None:
            draft.base_revision_id = revision.id
        session.delete(row)
        session.flush()
        if draft is None or draft not in session:
            forget(session, row.document_id, author_id)


def _refuse(session: Session, settings: Settings, rows: Sequence[PlannedPublication], author: Person | None, refusal: str, now: datetime) -> None:
    for row in rows:
        row.refused_at, row.refusal = now, refusal
        event("planned_publication_refused", document=row.document_id, author=row.author_id, reason=refusal)
    session.flush()
    if author is None or not author.active or not author.email:
        return
    values = {
        "textes": join_words([f"« {text_of(session, row).title} »" for row in rows]),
        "échéance": french_datetime(rows[0].due_at),
        "raison": obstacle(session, rows[0], rows, now),
        "lien": outbox.base(settings) + path_of("authoring.review", document_id=rows[0].document_id),
    }
    send(session, PUBLICATION_REFUSED, author, values, now)
