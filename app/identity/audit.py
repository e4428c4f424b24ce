"""Two logs that are stored: administrative acts, and accesses (who was shown what about whom). `administration` shows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import g, request
from msgspec import Struct
from sqlalchemy import JSON, ForeignKey, Index, String, insert, select, union_all
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.identity.models import Person
from app.identity.sign_in.guards import person_or_none
from app.identity.sign_in.second_factor import FactorChange
from app.platform import log
from app.platform.db import Base, BigId, UtcDateTime, db, in_chunks, writing

# --- Administrative acts ---
#
# Each is written in the transaction that does it. `administration.acts` names them and shows the list.


class AdministrativeAct(Base):
    """Something that somebody did to an account, a cohort, the course or the site. Appended, never changed; says no name and no address."""

    __tablename__ = "administrative_act"
    __table_args__ = (Index("ix_administrative_act_subject_id", "subject_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: from the command line."""
    act: Mapped[str] = mapped_column(String(40), index=True)
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Identifiers, roles, numbers: what the act needs to be understood, in no words that a person typed."""


class Act(Struct, frozen=True):
    """What was done to one account. `details` are identifiers, roles and numbers: never a name nor an address."""

    act: str
    subject_id: int | None
    details: Mapping[str, Any]


def record(session: Session, actor_id: int | None, act: str, subject_id: int | None, now: datetime, **details: Any) -> None:
    """Append one act, with `Act.details`."""
    record_all(session, actor_id, [Act(act, subject_id, details)], now)


def record_all(session: Session, actor_id: int | None, written: Sequence[Act], now: datetime) -> None:
    """Append what one person did to several accounts, in one statement."""
    rows = [{"actor_id": actor_id, "act": each.act, "subject_id": each.subject_id, "at": now, "details": each.details} for each in written]
    if rows:
        session.flush()
        session.execute(insert(AdministrativeAct), rows)
    for each in written:
        log.event("administrative_act", act=each.act, actor=actor_id, subject=each.subject_id)


def note_change(session: Session, *, person: Person, change: FactorChange, now: datetime) -> None:
    """Heard of `second_factor_changes.changed`: what somebody does to their own factors. A new browser is theirs to know."""
    if change is not FactorChange.BROWSER:
        record(session, person.id, change, person.id, now)


# --- The access log ---
#
# Written here, so that every page that names people may; `administration.privacy.journal` shows it.
# A page whose address names somebody is noted by one hook there. A page, a file or a list that names people without naming them in its
# address calls `record_access` itself, before it shows anything: what cannot be noted is not shown.


class Access(Base):
    """Somebody opened a page, an export or a row about somebody else. Who is named reads it at `/compte/consultations` (`SEEN`)."""

    __tablename__ = "access"
    __table_args__ = (Index("ix_access_person_id_at", "person_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Where one person was shown; several have each their row of `AccessPerson`."""
    what: Mapped[str] = mapped_column(String(60))
    """An endpoint, or a key of `administration.privacy.journal.WORDS`."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AccessPerson(Base):
    """One of those whom a list or a file showed: a hundred thousand in one, so that each is two numbers and no more."""

    __tablename__ = "access_person"
    __table_args__ = ({"sqlite_with_rowid": False},)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    access_id: Mapped[int] = mapped_column(ForeignKey("access.id", ondelete="CASCADE"), primary_key=True, index=True)


SEEN = union_all(
    select(Access.id, Access.reader_id, Access.person_id, Access.what, Access.at).where(Access.person_id.is_not(None)),
    select(Access.id, Access.reader_id, AccessPerson.person_id, Access.what, Access.at).join(AccessPerson, AccessPerson.access_id == Access.id),
).subquery("seen")
"""The log: a row for each person of each reading."""


def reader_id() -> int | None:
    """Returns the id of who really reads the page, also during « voir comme »; None for a visitor."""
    if watcher := g.get("watcher"):
        return int(watcher.id)
    person = person_or_none()
    return person.id if person else None


def note_access(session: Session, reader_id: int, people: Iterable[int], what: str, now: datetime) -> int:
    """One reading, and whom it showed; of oneself, nothing. Returns how many people."""
    numbers = sorted(set(people) - {reader_id})
    if not numbers:
        return 0
    alone = numbers[0] if len(numbers) == 1 else None
    access_id = session.scalar(_READING, {"reader_id": reader_id, "person_id": alone, "what": what, "at": now})
    for some in in_chunks(numbers if alone is None else [], 5_000):
        session.execute(insert(AccessPerson), [{"person_id": number, "access_id": access_id} for number in some])
    return len(numbers)


_READING = insert(Access.__table__).returning(Access.__table__.c.id)  # type: ignore[arg-type]


def count_people_shown(what: str, count: int) -> None:
    """What is about to be shown names so many people: a file that is taken away is then an act (`administration.privacy.journal`)."""
    g.people_shown = what, count


def record_access(people: Collection[int], what: str, now: datetime, *, reads_on: bool = False) -> None:
    """Note, in a transaction of its own, whom the page or the file that is about to be shown names. A HEAD shows nothing.

    Where it names nobody else, nothing is written and no writer's turn is taken. `reads_on`: the caller goes on reading the moment that it
    began to read; else that reading is over.
    """
    reader = reader_id()
    if reader is None or request.method == "HEAD" or not set(people) - {reader}:
        return
    if not reads_on:
        db.session.rollback()  # the writer must not find this transaction open
    with writing() as session:
        count = note_access(session, reader, people, what, now)
    count_people_shown(what, count)
    log.event("people_seen", reader=reader, people=count, what=what)
