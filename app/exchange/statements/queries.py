"""What of the ledger is to leave as statements, how far each store is, what it refused, and who people are to it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from msgspec import Struct
from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Select, String, and_, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.administration.acts import Erasure
from app.content.store.queries import course
from app.content.values.course import Course
from app.exchange.statements import rules
from app.exchange.statements.rules import BATCH, TAKES_BACK, VERBS, Element, LedgerRow, QueueState
from app.platform.db import Base, UtcDateTime, db
from app.platform.settings import Settings, current_settings
from app.platform.settings.tables import Lrs
from app.platform.web.edge import path_of
from app.record.ledger import SOURCE as POSITIONING
from app.record.progress.cards import EVENT_WORDS, element_page
from app.record.progress.models import LearningEvent
from app.record.progress.rules import EventType

SAID = 500
"""Characters of a store's words that are kept."""
ANEW: Mapping[str, Any] = {"tries": 0, "refused": 0, "said": ""}
"""Of a store that is tried from the beginning."""
FRESH: Mapping[str, Any] = {**ANEW, "cursor": 0, "sent": 0, "sent_at": None, "paused": False}
"""Of one that was told nothing yet."""


class LrsQueue(Base):
    """One store of the settings: the ledger up to `cursor` was sent to it, or is parked, or does not concern it (decision 42)."""

    __tablename__ = "lrs_queue"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    cursor: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int]
    """Failed ones in a row."""
    refused: Mapped[int]
    """Statements refused in a row, nothing taken between."""
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(String(SAID))
    """Why nothing leaves, in the store's words."""
    sent: Mapped[int] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused: Mapped[bool]


class LrsParked(Base):
    """A row of the ledger that a store refused, with its words."""

    __tablename__ = "lrs_parked"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("learning_event.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    said: Mapped[str] = mapped_column(String(SAID))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    again: Mapped[bool] = mapped_column(default=False)
    """Somebody asked that it be sent once more."""


class LrsAccount(Base):
    """Who somebody is to stores: drawn when the first statement about them leaves, gone with an erasure. Nothing leads from it to them but this row."""

    __tablename__ = "lrs_account"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    account: Mapped[str] = mapped_column(String(36), unique=True)


# --- What is to leave, as statements ---

_SENT = [event.value for event in VERBS]
LOOKS, BETWEEN = 50, 0.1
"""How often, and how many seconds apart, transactions that still write are looked at."""
SHOWN = 100
"""Parked rows on the page of a store."""


def settled_end() -> int | None:
    """The last row of the ledger before which no other can appear any more. None: somebody has been writing for too long, ask again later.

    SQLite has one writer, whose rows are numbered as they are committed. PostgreSQL numbers a row before its transaction ends, so a lower number may
    appear after a higher one: whoever wrote when the last row was read must have ended. A row's writer has locked its person before, hence had a number as
    one who writes before its row had one; the number that is drawn here, once the last row is read, is higher. (The snapshot's own end would not do: it is
    that of whoever ended last, and those who write may stand behind it.)
    """
    with db.sessionmaker() as session:
        if session.get_bind().dialect.name != "postgresql":
            return session.scalar(select(func.max(LearningEvent.id))) or 0
        end, mark = session.execute(text("SELECT coalesce(max(id), 0), pg_current_xact_id()::text::bigint FROM learning_event")).one()
    for _ in range(LOOKS):
        with db.sessionmaker() as session:
            if session.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")) >= mark:
                return int(end)
        time.sleep(BETWEEN)
    return None


class LedgerBatch(Struct, frozen=True):
    """Rows as they are, in the order of the ledger."""

    rows: Sequence[LearningEvent]
    end: int
    """The cursor, once they are told."""


def batch(session: Session, lrs: Lrs, cursor: int, end: int) -> LedgerBatch:
    rows = session.scalars(_leaving(lrs).where(LearningEvent.id > cursor, LearningEvent.id <= end).limit(BATCH)).all()
    return LedgerBatch(rows, rows[-1].id if len(rows) == BATCH else max(cursor, end))


def _leaving(lrs: Lrs) -> Select[LearningEvent]:
    """Nothing of whoever was erased, nothing older than what the store is to know."""
    query = select(LearningEvent).where(LearningEvent.event.in_(_SENT), LearningEvent.person_id.not_in(select(Erasure.person_id)))
    return (query.where(LearningEvent.at >= lrs.begins) if lrs.begins else query).order_by(LearningEvent.id)


def asked_again(session: Session, lrs: Lrs) -> Sequence[LearningEvent]:
    mine = select(LrsParked.event_id).where(LrsParked.name == lrs.name, LrsParked.again)
    return session.scalars(_leaving(lrs).where(LearningEvent.id.in_(mine)).limit(BATCH)).all()


def of_nobody(lrs: Lrs) -> ColumnElement[bool]:
    """Parked rows of which nothing is to be told any more: whoever they are about was erased."""
    parked = select(LrsParked.event_id).where(LrsParked.name == lrs.name)
    left = _leaving(lrs).order_by(None).with_only_columns(LearningEvent.id).where(LearningEvent.id.in_(parked))
    return and_(LrsParked.name == lrs.name, LrsParked.event_id.not_in(left))


def statements(session: Session, lrs: Lrs, home: str, rows: Sequence[LearningEvent]) -> dict[int, dict[str, Any]]:
    """Builds the statements by row. A row has none if its person was erased, or if it revokes one never sent to this store."""
    accounts = accounts_of(session, {row.person_id for row in rows})
    published, found = course(session), {}
    for row in rows:
        event, account = EventType(row.event), accounts.get(row.person_id)
        undone = _undone(session, lrs, row, TAKES_BACK[event]) if event in TAKES_BACK else None
        if account and (undone or event not in TAKES_BACK):
            found[row.id] = rules.statement(home, _row(row, event, account, undone), _element(published, row.element_id))
    return found


def accounts_of(session: Session, people: Iterable[int]) -> dict[int, str]:
    return dict(session.execute(select(LrsAccount.person_id, LrsAccount.account).where(LrsAccount.person_id.in_(list(people)))).all())


def _undone(session: Session, lrs: Lrs, row: LearningEvent, kinds: Iterable[EventType]) -> tuple[int, datetime] | None:
    mine = (LearningEvent.person_id == row.person_id, LearningEvent.element_id == row.element_id, LearningEvent.id < row.id)
    last = _leaving(lrs).order_by(None).where(*mine, LearningEvent.event.in_([kind.value for kind in kinds])).order_by(LearningEvent.id.desc()).limit(1)
    found = session.scalar(last)
    return (found.id, found.at) if found else None


def _row(row: LearningEvent, event: EventType, account: str, undone: tuple[int, datetime] | None) -> LedgerRow:
    score = (Fraction(row.score_raw), Fraction(row.score_max)) if row.score_raw and row.score_max else None
    return LedgerRow(row.id, row.at, row.element_id, event, account, score, row.content_fingerprint, row.attempt_id, row.source == POSITIONING, undone)


def _element(published: Course, element_id: str) -> Element | None:
    lesson, quiz, module = published.lessons.get(element_id), published.quizzes.get(element_id), published.module_of(element_id)
    endpoint, values = element_page(published, element_id)
    element = lesson or quiz
    return (
        Element(element.title, "lesson" if lesson else "assessment", path_of(endpoint, **values), module.id if module else "", module.title if module else "")
        if element
        else None
    )


# --- Where stores stand ---


def statements_due(session: Session, now: datetime) -> bool:
    last, queues = session.scalar(select(func.max(LearningEvent.id))) or 0, _queues(session)
    return any(_is_due(session, queues.get(lrs.name), last, now) for lrs in current_settings().lrs)


def _queues(session: Session) -> dict[str, LrsQueue]:
    return {queue.name: queue for queue in session.scalars(select(LrsQueue))}


def _is_due(session: Session, queue: LrsQueue | None, last: int, now: datetime) -> bool:
    if queue is None:
        return last > 0
    again = select(LrsParked.name).where(LrsParked.name == queue.name, LrsParked.again).limit(1)
    return goes(queue, now) and (queue.cursor < last or session.scalar(again) is not None)


def goes(queue: LrsQueue, now: datetime) -> bool:
    """May the queue send now? A date beyond the expected pause comes from a clock that was ahead, and is ignored."""
    return not queue.paused and queue.tries < rules.TRIES and not now < queue.next_at <= now + rules.pause(max(queue.tries, 1))


class ParkedLine(Struct, frozen=True):
    words: str
    title: str
    at: datetime
    said: str
    again: bool


class LrsLine(Struct, frozen=True):
    """One store, for whoever runs the site."""

    name: str
    title: str
    address: str
    since: date | None
    state: QueueState
    sent: int
    sent_at: datetime | None
    waiting: int
    oldest: datetime | None
    """Of what waits."""
    tries: int
    said: str
    next_at: datetime | None
    parked: tuple[ParkedLine, ...]
    parked_count: int

    @property
    def paused(self) -> bool:
        return self.state is QueueState.PAUSED

    @property
    def stopped(self) -> bool:
        return self.state is QueueState.STOPPED

    @property
    def can_again(self) -> bool:
        """Is there something to send that will not leave by itself at once? Nothing leaves from a paused store."""
        return not self.paused and (self.state in (QueueState.STOPPED, QueueState.RETRYING) or any(not one.again for one in self.parked))


class StatementsPage(Struct, frozen=True):
    stores: tuple[LrsLine, ...]
    has_address: bool
    """The site knows its own, which statements begin with."""


def statements_page(session: Session, settings: Settings) -> StatementsPage:
    queues = _queues(session)
    return StatementsPage(tuple(_line(session, lrs, queues.get(lrs.name) or LrsQueue(name=lrs.name, **FRESH)) for lrs in settings.lrs), bool(settings.site_url))


def _line(session: Session, lrs: Lrs, queue: LrsQueue) -> LrsLine:
    left = _leaving(lrs).where(LearningEvent.id > queue.cursor)
    waiting = session.scalar(select(func.count()).select_from(left.order_by(None).subquery())) or 0
    oldest = session.scalar(left.limit(1))
    known = rules.state(paused=queue.paused, tries=queue.tries, waiting=waiting)
    return LrsLine(
        name=lrs.name,
        title=lrs.title,
        address=lrs.address,
        since=date.fromisoformat(lrs.since) if lrs.since else None,
        state=known,
        sent=queue.sent,
        sent_at=queue.sent_at,
        waiting=waiting,
        oldest=oldest.at if oldest else None,
        tries=queue.tries,
        said=queue.said,
        next_at=queue.next_at if known is QueueState.RETRYING else None,
        parked=_parked_lines(session, lrs),
        parked_count=session.scalar(select(func.count()).select_from(LrsParked).where(LrsParked.name == lrs.name)) or 0,
    )


def _parked_lines(session: Session, lrs: Lrs) -> tuple[ParkedLine, ...]:
    published = course(session)
    query = select(LrsParked, LearningEvent).join(LearningEvent, LearningEvent.id == LrsParked.event_id).where(LrsParked.name == lrs.name)
    found = session.execute(query.order_by(LrsParked.event_id).limit(SHOWN)).all()
    elements = {row.element_id: _element(published, row.element_id) for _, row in found}
    return tuple(
        ParkedLine(
            EVENT_WORDS[EventType(row.event)], element.title if (element := elements[row.element_id]) else row.element_id, row.at, parked.said, parked.again
        )
        for parked, row in found
    )
