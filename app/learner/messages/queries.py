"""The page where one writes to the trainers, and what a person wrote with what was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import groupby

from flask import url_for
from msgspec import Struct
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.learner.messages.models import TextShown, TrainerMessage
from app.learner.messages.places import heading_title, parts_of, place_title
from app.learner.messages.rules import MessageStanding, ThreadKind, is_late, standing
from app.platform.french import day_of
from app.record.progress.cards import element_url, quiz_url
from app.record.progress.path_progress import element_of


class WriteToTrainersPage(Struct, frozen=True):
    """The form, empty or with what was typed and why it was refused."""

    kind: ThreadKind
    title: str
    """What it is about."""
    action: str
    back: str
    headings: tuple[tuple[str, str], ...]
    """(anchor, title) of a lesson's headings."""
    anchor: str
    days: int
    """Promised, of a question."""
    due_on: date
    message: str = ""
    passage: str = ""
    error: str = ""


class Exchange(Struct, frozen=True):
    """One message and its answer."""

    id: int
    passage: str
    message: str
    sent_at: datetime
    answered_at: datetime | None
    answer: str


class Thread(Struct, frozen=True):
    """What was written of one thing: a question is asked again until it is clear."""

    kind: ThreadKind
    what: str
    heading: str
    url: str | None
    exchanges: tuple[Exchange, ...]
    standing: MessageStanding
    due_on: date | None
    """While it waits."""
    late: bool

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]

    @property
    def asks(self) -> bool:
        """May its author say whether the answer is clear?"""
        return self.kind is ThreadKind.QUESTION and self.standing is MessageStanding.ANSWERED


class OwnMessagesPage(Struct, frozen=True):
    threads: tuple[Thread, ...]
    """The latest first."""
    refused: int
    """The message of which what follows was refused; 0 for none."""
    typed: str
    error: str


def write_page(session: Session, course: Course, place: TextShown, kind: ThreadKind, back: str, action: str, days: int, due_on: date) -> WriteToTrainersPage:
    lesson = course.lessons.get(place.element_id)
    title = place_title(session, course, place.element_id, place.question_id, place.revision_id)
    headings = parts_of(lesson, place.anchor) if lesson else ()
    return WriteToTrainersPage(kind, title, action, back, headings, place.anchor, days, due_on)


def mine_page(session: Session, course: Course, person_id: int, now: datetime, *, refused: int = 0, typed: str = "", error: str = "") -> OwnMessagesPage:
    mine = select(TrainerMessage).where(TrainerMessage.person_id == person_id).order_by(TrainerMessage.id)
    rows = sorted(session.scalars(mine), key=lambda row: (row.first_id or row.id, row.id))
    threads = [_thread(session, course, list(some), day_of(now)) for _, some in groupby(rows, key=lambda row: row.first_id or row.id)]
    return OwnMessagesPage(tuple(sorted(threads, key=lambda thread: thread.last.id, reverse=True)), refused, typed, error)


def _thread(session: Session, course: Course, rows: list[TrainerMessage], on: date) -> Thread:
    first, last = rows[0], rows[-1]
    known = element_of(course, first.element_id) is not None
    address: Callable[[Course, str], str] = quiz_url if first.question_id else element_url
    url = address(course, first.element_id) if known else None
    return Thread(
        kind=ThreadKind(first.kind),
        what=place_title(session, course, first.element_id, first.question_id, first.revision_id),
        heading=heading_title(course, first.element_id, first.anchor),
        url=f"{url}#{first.anchor}" if url and first.anchor else url,
        exchanges=tuple(exchange_of(row) for row in rows),
        standing=standing(taken=last.taken_by is not None, answered_at=last.answered_at, fixed=bool(last.fixed), thanked_at=last.thanked_at),
        due_on=last.due_on if last.answered_at is None else None,
        late=is_late(last.due_on, last.answered_at, on),
    )


def exchange_of(row: TrainerMessage) -> Exchange:
    return Exchange(row.id, row.passage, row.message, row.sent_at, row.answered_at, row.answer)


class RecordChange(Struct, frozen=True):
    """Something that happened to the person's own record, for their table."""

    words: str
    detail: str
    url: str
    at: datetime


_ANSWERED_SINCE = (
    select(TrainerMessage)
    .where(TrainerMessage.person_id == bindparam("person_id"), TrainerMessage.answered_at >= bindparam("since"), TrainerMessage.thanked_at.is_(None))
    .order_by(TrainerMessage.answered_at.desc())
)


def answered_since(session: Session, course: Course, person_id: int, since: datetime) -> Iterator[RecordChange]:
    """Answers that wait to be read: those said to be clear are."""
    for row in session.scalars(_ANSWERED_SINCE, {"person_id": person_id, "since": since}):
        title = place_title(session, course, row.element_id, row.question_id, row.revision_id)
        yield RecordChange(_news(row), title, url_for("messages.mine", _anchor=f"message-{row.id}"), row.answered_at or row.sent_at)


def _news(row: TrainerMessage) -> str:
    if row.kind == ThreadKind.QUESTION:
        return "Votre question a reçu une réponse"
    return "L’erreur que vous aviez signalée est corrigée" if row.fixed else "Votre signalement a reçu une réponse"
