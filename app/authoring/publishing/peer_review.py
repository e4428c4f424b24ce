"""`/atelier/lectures`: another trainer is asked to read a draft before it is published, and answers."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.comparing.word_diff import WordDifference, difference
from app.authoring.drafts.queries import WorkingText, draft_of, everything_published, text_of, title_in, title_of
from app.authoring.drafts.services import check
from app.authoring.models import Draft, ReadingRequest, blueprint
from app.authoring.publishing.queries import MovedKeyLine, key_lines, trainers
from app.authoring.publishing.remark_views import carry_out, sent_remark
from app.authoring.publishing.remarks import MarkedText, RemarkRefused, RemarkTyped, read_text
from app.authoring.publishing.services import DraftMoved
from app.content.values.text import Problem
from app.identity.emails import send
from app.identity.models import Person
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of
from app.platform.log import event
from app.platform.mail import outbox
from app.platform.mail.emails import READING_ASKED
from app.platform.settings import Settings
from app.platform.web.edge import path_of
from app.platform.web.endpoints import act, page

# --- Pages -----------------------------------------------------------------------------------------------------------

_IS_ASKED = (Draft.document_id == ReadingRequest.document_id) & (Draft.author_id == ReadingRequest.asker_id)


class AskedLine(Struct, frozen=True):
    """One line of the list of what somebody was asked to read."""

    id: int
    title: str
    asker: str
    asked_at: datetime
    answered: bool


class ReadingsPage(Struct, frozen=True):
    waiting: tuple[AskedLine, ...]
    answered: tuple[AskedLine, ...]


class ReadingPage(Struct, frozen=True):
    request: ReadingRequest
    text: WorkingText | None
    """None when the draft is published or given up: there is nothing to read."""
    title: str
    asker: str
    read: MarkedText | None
    keys: tuple[MovedKeyLine, ...]
    """Questions of which another answer would be right."""
    difference: WordDifference | None
    problems: tuple[Problem, ...]
    remarks: str
    sent: RemarkTyped
    refused: str = ""


def readings_page(session: Session, reader_id: int) -> ReadingsPage:
    rows = session.execute(
        select(ReadingRequest, Person.name, Draft)
        .join(Person, Person.id == ReadingRequest.asker_id)
        .join(Draft, _IS_ASKED)
        .where(ReadingRequest.reader_id == reader_id)
        .order_by(ReadingRequest.asked_at.desc(), ReadingRequest.id)
    )
    lines = [AskedLine(row.id, title_in(draft.path, draft.text, row.document_id), name, row.asked_at, row.answered_at is not None) for row, name, draft in rows]
    return ReadingsPage(tuple(line for line in lines if not line.answered), tuple(line for line in lines if line.answered))


def reading_page(
    session: Session, row: ReadingRequest, draft: Draft | None, now: datetime, *, remarks: str | None = None, refused: str = "", sent: RemarkTyped | None = None
) -> ReadingPage:
    text = text_of(session, draft) if draft else None
    return ReadingPage(
        request=row,
        text=text,
        title=text.title if text else title_of(None, row.document_id),
        asker=session.scalar(select(Person.name).where(Person.id == row.asker_id)) or "",
        read=read_text(session, text, now) if text else None,
        keys=key_lines(session, text) if text else (),
        difference=difference(text.published_text, text.normal_text) if text else None,
        problems=check([text], everything_published(session), day_of(now)).texts[0].problems if text else (),
        remarks=row.remarks if remarks is None else remarks,
        sent=sent or RemarkTyped(),
        refused=refused,
    )


def require_reading(session: Session, reading_id: int, reader_id: int) -> tuple[ReadingRequest, Draft | None]:
    """What somebody was asked to read, and the draft as it is now; None when it is published or given up. Raises NotYours."""
    row = session.get(ReadingRequest, reading_id)
    if row is None or row.reader_id != reader_id:
        raise NotYours
    return row, draft_of(session, row.document_id, row.asker_id)


def waiting_readings(session: Session, reader_id: int) -> dict[str, int]:
    """Document → the request, of each draft that somebody was asked to read and has not answered, while the draft is there."""
    query = select(ReadingRequest.document_id, ReadingRequest.id).join(Draft, _IS_ASKED)
    return dict(session.execute(query.where(ReadingRequest.reader_id == reader_id, ReadingRequest.answered_at.is_(None))).all())


# --- Asking and answering --------------------------------------------------------------------------------------------
# An answer is about the very text that was read. Flushes, never commits.

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
    """Ask one trainer to read a draft; the email leaves with the commit. Asking twice is asking once, with the new message."""
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


def record_answer(session: Session, row: ReadingRequest, draft: Draft | None, *, mark: str, agreed: bool, remarks: str, now: datetime) -> None:
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


# --- `/atelier/lectures` ---------------------------------------------------------------------------------------------


@blueprint.get("/lectures")
@page(who=AUTHORS)
def readings() -> str:
    return render_template("authoring/publishing/review_readings.html", page=readings_page(db.session, current_person().id))


@blueprint.get("/lectures/<int:reading_id>")
@page(who=AUTHORS)
def reading(reading_id: int) -> str:
    row, draft = require_reading(db.session, reading_id, current_person().id)
    return render_template("authoring/publishing/review_reading.html", page=reading_page(db.session, row, draft, clock.now()))


@blueprint.post("/lectures/<int:reading_id>")
@act(who=AUTHORS)
def answer(reading_id: int) -> ResponseReturnValue:
    row, draft = require_reading(db.session, reading_id, current_person().id)
    now, mark, agreed, remarks = clock.now(), request.form.get("mark", ""), request.form.get("agreed") == "oui", request.form.get("remarks", "")
    try:
        record_answer(db.session, row, draft, mark=mark, agreed=agreed, remarks=remarks, now=now)
    except (DraftMoved, RemarksMissing, ReviewTooLong) as error:
        page = reading_page(db.session, row, draft, now, remarks=remarks, refused=error.sentence)
        return render_template("authoring/publishing/review_reading.html", page=page), error.status
    flash("Votre réponse est enregistrée.", "success")
    db.session.commit()
    return redirect(url_for("authoring.readings"), 303)


@blueprint.post("/lectures/<int:reading_id>/remarques")
@act(who=AUTHORS)
def reading_remark(reading_id: int) -> ResponseReturnValue:
    """Adds, answers or closes a remark on a passage that one was asked to review."""
    row, draft = require_reading(db.session, reading_id, current_person().id)
    try:
        if draft is None:
            raise DraftGone
        carry_out(draft)
    except RemarkRefused as error:
        db.session.rollback()
        page = reading_page(db.session, row, draft, clock.now(), sent=sent_remark(error.sentence))
        return render_template("authoring/publishing/review_reading.html", page=page), error.status
    db.session.commit()
    return redirect(url_for("authoring.reading", reading_id=reading_id, _anchor="remarques"), 303)
