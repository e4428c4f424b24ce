"""The access journal: who was shown what about whom. Written here, so that every page that names people may; `administration.privacy.journal` shows it.

A page whose address names somebody is noted by one hook (`administration.privacy.journal`). A page, a file or a list that names people without naming them
in its address calls `seen` itself, before it shows anything: what cannot be noted is not shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import g, request
from sqlalchemy import ForeignKey, Index, Integer, Select, String, Subquery, bindparam, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import log
from app.db import Base, UtcDateTime, db, each_of, in_chunks, writing
from app.identity.sign_in.guards import person_or_none


class Access(Base):
    """Somebody opened a page, an export or a row about somebody else. The person reads it at `/compte/consultations`."""

    __tablename__ = "access"
    __table_args__ = (Index("ix_access_person_id_at", "person_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(60))
    """An endpoint, or another key of `administration.privacy.journal.WORDS`."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def reader_id() -> int | None:
    """Whose eyes read this page: who made the request or, while « voir comme » lasts, who looks as somebody else. None for a visitor."""
    if watcher := g.get("watcher"):
        return int(watcher.id)
    person = person_or_none()
    return person.id if person else None


def record(session: Session, reader_id: int, people: Iterable[int] | Select[int], what: str, now: datetime) -> int:
    """One row a person; of oneself, none. `people`: numbers, or a SELECT of them, of whom nobody's number leaves the database. Returns how many rows."""
    if isinstance(people, Select):
        return _record(session, people.subquery(), {}, reader_id, what, now)
    numbers = sorted(set(people) - {reader_id})
    return sum(_record(session, each_of(session), {"numbers": some}, reader_id, what, now) for some in in_chunks(numbers, 5_000))


def _record(session: Session, people: Subquery, numbers: Mapping[str, Any], reader_id: int, what: str, now: datetime) -> int:
    told = {**numbers, "reader": reader_id, "what": what, "at": now}
    return int(session.execute(_noting(people), told).rowcount)  # type: ignore[attr-defined]


@lru_cache(maxsize=4)
def _noting(people: Subquery) -> Any:
    """Written once for numbers that are given, which each page of a list does."""
    number, reader = people.columns[0], bindparam("reader", type_=Integer)
    rows = select(reader, number, bindparam("what", type_=String), bindparam("at", type_=UtcDateTime())).where(number != reader)
    return insert(Access.__table__).from_select(["reader_id", "person_id", "what", "at"], rows)  # type: ignore[arg-type]


def named(what: str, count: int) -> None:
    """What is about to be shown names so many people: a file that is taken away is then an act (`administration.privacy.journal`)."""
    g.people_shown = what, count


def seen(people: Collection[int] | Select[int], what: str, now: datetime, *, reads_on: bool = False) -> None:
    """Note, in a transaction of its own, whom the page or the file that is about to be shown names. A HEAD shows nothing.

    Where it names nobody else, nothing is written and no writer's turn is taken. `reads_on`: the caller goes on reading the moment that it
    began to read; else that reading is over.
    """
    reader = reader_id()
    if reader is None or request.method == "HEAD" or not (isinstance(people, Select) or set(people) - {reader}):
        return
    if not reads_on:
        db.session.rollback()  # the writer must not find this transaction open
    with writing() as session:
        count = record(session, reader, people, what, now)
    if count:
        named(what, count)
        log.event("people_seen", reader=reader, people=count, what=what)
