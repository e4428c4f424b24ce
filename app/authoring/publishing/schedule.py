"""Publication at a date: promised, changed, cancelled, kept by `flask atelier publish-due`. Flushes, never commits.

What was read is what will be published: the plan holds its own copy of the text. When its time comes everything is looked at again; what
cannot be published is refused once, with an email to its author, and never merged by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import draft_of, text_of
from app.authoring.drafts.services import discard_draft
from app.authoring.models import ERRORS, GONE, MOVED, PlannedPublication
from app.authoring.publishing.overdue import is_due, obstacle
from app.authoring.publishing.queries import ReviewedDraft, planned_publication
from app.authoring.publishing.services import IdChanged, PublishedMoved, forget, lock_drafts, release, require_publishable
from app.content.store import services
from app.content.store.services import Unpublishable
from app.content.text.normalise import normalise
from app.identity import audit
from app.identity.emails import send
from app.identity.models import Person
from app.identity.rules import Role
from app.platform.errors import DomainError, NotYours
from app.platform.french import french_datetime, join_words
from app.platform.log import event
from app.platform.mail import outbox
from app.platform.mail.emails import PUBLICATION_REFUSED
from app.platform.settings import Settings
from app.platform.web.edge import path_of


class DateTooEarly(DomainError):
    sentence = "Donnez une date et une heure à venir."


class AlreadyPlanned(DomainError):
    sentence = "Une autre publication de ce texte est déjà programmée : voyez avec la personne qui l’a programmée."


def plan(session: Session, reviewed: Sequence[ReviewedDraft], *, author_id: int, change: str, due_at: datetime, now: datetime) -> None:
    """Promise the author's drafts for a date, or another date. Raises what publishing would raise, TooEarly, AlreadyPlanned."""
    if due_at <= now:
        raise DateTooEarly
    drafts = lock_drafts(session, reviewed, author_id)
    if not drafts:
        raise NotYours
    texts = [text_of(session, draft) for draft in drafts]
    require_publishable(session, texts, now)
    for draft, text in zip(drafts, texts, strict=True):
        row = planned_publication(session, draft.document_id) or PlannedPublication(document_id=draft.document_id, author_id=author_id)
        if row.author_id != author_id:
            raise AlreadyPlanned
        row.path, row.text, row.media, row.base_revision_id = draft.path, draft.text, dict(draft.media), draft.base_revision_id
        row.change = change if draft is drafts[0] else text.proposed_change
        row.due_at, row.planned_at, row.refused_at, row.refusal = due_at, now, None, ""
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
    revisions = release(session, [text_of(session, row) for row in rows], [row.change for row in rows], author_id=author_id, now=now)
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
