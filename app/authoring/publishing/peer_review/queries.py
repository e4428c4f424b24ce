"""Pages of a colleague's reading: what somebody was asked to read, one draft with its answer."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.comparing.word_diff import WordDifference, difference
from app.authoring.drafts.checks import check
from app.authoring.drafts.queries import WorkingText, draft_of, text_of
from app.authoring.drafts.readings import everything_published, title_in, title_of
from app.authoring.models import Draft, ReadingRequest
from app.authoring.publishing.keys import MovedKeyLine, key_lines
from app.authoring.publishing.remarks.queries import MarkedText, RemarkTyped, read_text
from app.content.values.text import Problem
from app.identity.models import Person
from app.platform.errors import NotYours
from app.platform.french import day_of

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
        difference=difference(text.published_text, text.normalised) if text else None,
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
