"""What somebody answered that another person can help with: a task, until it is closed with a word. Flushes, never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, delete, func, select, text, true, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from app.identity.letters.answers import HELPED, NEAR
from app.identity.models import Person
from app.identity.services import lock_person
from app.identity.territories.scope import ReaderScope, visible
from app.platform import log
from app.platform.db import Base, BigId, UtcDateTime
from app.platform.errors import NotYours


class HelpRequest(Base):
    """One of a person at most is open: their last answer counts."""

    __tablename__ = "help_request"
    __table_args__ = (
        Index("uq_help_request_open", "person_id", unique=True, sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    to_tell: Mapped[bool]
    """The person asked to be told what was done."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    word: Mapped[str] = mapped_column(Text, default="")
    """What whoever closed it says to the person."""


def record_answer(session: Session, person_id: int, reason: str, to_tell: bool, now: datetime) -> None:
    """Somebody answered a letter: what another can help with waits for them, in place of what the person said before."""
    lock_person(session, person_id)
    waiting = session.scalar(select(HelpRequest).where(HelpRequest.person_id == person_id, HelpRequest.closed_at.is_(None)))
    if reason not in HELPED:
        session.execute(delete(HelpRequest).where(HelpRequest.person_id == person_id, HelpRequest.closed_at.is_(None)))
    elif waiting is None:
        session.add(HelpRequest(person_id=person_id, reason=reason, asked_at=now, to_tell=to_tell))
    elif (waiting.reason, waiting.to_tell) != (reason, to_tell):
        waiting.reason, waiting.to_tell, waiting.asked_at = reason, to_tell, now
    session.flush()


_asker = aliased(Person)


def theirs(scope: ReaderScope, reader_id: int) -> list[ColumnElement[bool]]:
    """What this reader can help with: all of it for whoever administers, else what a responsable settles for their people. Never one's own."""
    near = true() if scope.everybody else HelpRequest.reason.in_(sorted(NEAR))
    open_account = select(_asker.id).where(_asker.id == HelpRequest.person_id, _asker.active).exists()
    return [near, visible(scope, HelpRequest.person_id), HelpRequest.person_id != reader_id, open_account]


def waiting_count(session: Session, scope: ReaderScope, reader_id: int) -> int:
    query = select(func.count(HelpRequest.id)).where(HelpRequest.closed_at.is_(None), *theirs(scope, reader_id))
    return session.scalar(query) or 0


def close(session: Session, scope: ReaderScope, reader_id: int, request_id: int, word: str, now: datetime) -> tuple[HelpRequest, bool]:
    """(the request, whether this call closed it): somebody else may have, a moment before. Beyond scope: NotYours."""
    found = session.scalar(select(HelpRequest).where(HelpRequest.id == request_id, *theirs(scope, reader_id)))
    if found is None:
        raise NotYours
    values: dict[str, Any] = {"closed_at": now, "closer_id": reader_id, "word": word}
    closing = update(HelpRequest).where(HelpRequest.id == request_id, HelpRequest.closed_at.is_(None)).values(**values)
    mine = session.scalar(closing.returning(HelpRequest.id)) is not None
    session.refresh(found)
    if mine:
        log.event("help_closed", actor=reader_id, person=found.person_id)
    return found, mine


def follow_merge(session: Session, kept: int, gone: int) -> None:
    """An open one stays the kept account's own where it has one."""
    own = session.scalar(select(HelpRequest.id).where(HelpRequest.person_id == kept, HelpRequest.closed_at.is_(None)))
    if own is not None:
        session.execute(delete(HelpRequest).where(HelpRequest.person_id == gone, HelpRequest.closed_at.is_(None)))
    session.execute(update(HelpRequest).where(HelpRequest.person_id == gone).values(person_id=kept))
    session.execute(update(HelpRequest).where(HelpRequest.closer_id == gone).values(closer_id=kept))
