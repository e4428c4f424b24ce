"""The snapshot that a report reads: one transaction in which every stored figure is up to date, and which sees nothing written after it began."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.store.queries import course, generation, known_course
from app.content.values.course import Course
from app.platform.db import db, replica, writing
from app.record.figures import store
from app.record.figures.store import Basis

TURNS = 3
"""Times that figures are brought up to date before a page settles them for itself alone: somebody publishes without a pause."""
KNOWN = "report_basis"


class Snapshot(Struct, frozen=True):
    """When a report is read, and the course at that moment."""

    now: datetime
    course: Course


def begin(now: datetime, *, exact: bool = False) -> Snapshot:
    """Begin the reading of a report: call it first, before anything is read that the report shows.

    `now`: the one moment of the request or command. What reads later in the request sees the same moment, on SQLite by its journal, on PostgreSQL by REPEATABLE READ.
    Of a replica (`app.platform.db.replica`), the snapshot's moment is that of its data, whose figures must be up to date already. `exact`: never of one, for what an act is about to be decided on.
    """
    if not exact and (found := _elsewhere(now)):
        if _basis(found).current:
            return found
        replica.leave(db.session)
    for _turn in range(TURNS):
        _begin(db.session)
        snapshot = Snapshot(now, course(db.session))
        if _basis(snapshot).current:
            break
        db.session.rollback()  # the reading is over: it begins again behind what is written now
        store.settle_in_turns(writing, now)
    return snapshot


def light(now: datetime) -> Snapshot:
    """The same for what does not ask that people's stored figures be up to date."""
    return _elsewhere(now) or Snapshot(now, course(db.session))


def _elsewhere(now: datetime) -> Snapshot | None:
    """On a replica, unless it knows another course than this process."""
    session, newest = db.session, known_course(db.session)
    lag = replica.enter(session, now)
    if lag is None:
        return None
    if newest is not None and generation(session) == newest.generation:
        return Snapshot(now - lag, newest)
    replica.leave(session)
    return None


def _basis(snapshot: Snapshot) -> Basis:
    known = store.basis(db.session, snapshot.course, snapshot.now)
    db.session.info[KNOWN] = db.session.get_transaction(), known
    return known


def _begin(session: Session) -> None:
    session.rollback()
    isolation = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    session.connection(execution_options=isolation)


def basis_of(session: Session, course: Course, now: datetime) -> Basis:
    """What `begin` found, in the transaction that it began; elsewhere found again."""
    transaction, known = session.info.get(KNOWN, (None, None))
    if known is not None and transaction is session.get_transaction():
        return known  # type: ignore[no-any-return]
    return store.basis(session, course, now)
