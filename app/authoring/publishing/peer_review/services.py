"""« Peux-tu relire ? »: asking another trainer, and their answer, which is about the very text that they read. Flushes, never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import WorkingText
from app.authoring.models import Draft, ReadingRequest
from app.authoring.publishing.queries import trainers
from app.authoring.publishing.remarks.services import RemarkRefused
from app.authoring.publishing.services import DraftMoved
from app.identity.letters.sending import send
from app.identity.models import Person
from app.platform.errors import DomainError, NotYours
from app.platform.log import event
from app.platform.mail import outbox
from app.platform.mail.emails import READING_ASKED
from app.platform.settings import Settings
from app.platform.web.edge import path_of

LONGEST = 4000
"""Characters of a message or of remarks."""


class ReaderMissing(DomainError):
    sentence = "Choisissez qui doit relire."


class RemarksMissing(DomainError):
    sentence = "Écrivez vos remarques, ou dites que vous êtes d’accord."


class ReviewTooLong(DomainError):
    sentence = f"{LONGEST} caractères au plus."


class DraftGone(RemarkRefused):
    status = 409
    sentence = "Ce brouillon a été publié ou abandonné pendant que vous écriviez. Votre texte est ci-dessous : copiez-le, et donnez-le à son auteur."


def ask(session: Session, settings: Settings, draft: Draft, reader_id: int, message: str, title: str, now: datetime) -> ReadingRequest:
    """Ask one trainer to read a draft; the letter leaves with the commit. Asking twice is asking once, with the new message."""
    if reader_id not in dict(trainers(session, draft.author_id)):
        raise ReaderMissing
    if len(message) > LONGEST:
        raise ReviewTooLong
    row = _open_request(session, draft, reader_id) or ReadingRequest(document_id=draft.document_id, asker_id=draft.author_id, reader_id=reader_id)
    again = row.id is not None and row.message == message.strip()
    row.message, row.asked_at, row.agreed = message.strip(), now, None
    session.add(row)
    session.flush()
    if not again:
        _write(session, settings, row, title, now)
        event("reading_asked", document=draft.document_id, asker=draft.author_id, reader=reader_id)
    return row


def _open_request(session: Session, draft: Draft, reader_id: int) -> ReadingRequest | None:
    wanted = select(ReadingRequest).where(ReadingRequest.document_id == draft.document_id, ReadingRequest.asker_id == draft.author_id)
    return session.scalar(wanted.where(ReadingRequest.reader_id == reader_id, ReadingRequest.answered_at.is_(None)))


def _write(session: Session, settings: Settings, row: ReadingRequest, title: str, now: datetime) -> None:
    reader, asker = session.get_one(Person, row.reader_id), session.get_one(Person, row.asker_id)
    if not reader.email:
        return
    link = outbox.base(settings) + path_of("authoring.reading", reading_id=row.id)
    send(session, READING_ASKED, reader, {"auteur": asker.name, "titre": title, "message": row.message, "lien": link}, now)


def answer(session: Session, row: ReadingRequest, draft: Draft | None, *, mark: str, agreed: bool, remarks: str, now: datetime) -> None:
    """« Lu, d'accord », or remarks, about the text whose fingerprint is `mark`. May be changed as long as the draft is there."""
    remarks = remarks.strip()
    if draft is None:
        raise NotYours
    if WorkingText.of(draft, None).fingerprint != mark:
        raise DraftMoved
    if not agreed and not remarks:
        raise RemarksMissing
    if len(remarks) > LONGEST:
        raise ReviewTooLong
    row.answered_at, row.agreed, row.remarks, row.fingerprint = now, agreed, remarks, mark
    session.flush()
    event("reading_answered", document=row.document_id, reader=row.reader_id, agreed=agreed)
