"""The snapshot that a report reads: one transaction in which every stored figure is up to date, and which sees nothing written after it began."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import Course
from app.platform.db import db, writing
from app.record.figures import store
from app.record.figures.store import Basis

TURNS = 3
"""Times that figures are brought up to date before a page settles them for itself alone: somebody publishes without a pause."""
KNOWN = "report_basis"


class Snapshot(Struct, frozen=True):
    """When a report is read, and the course at that moment."""

    now: datetime
    course: Course


def begin(now: datetime, session: Session | None = None) -> Snapshot:
    """Begin the reading of a report: call it first, before anything is read that the report shows.

    `now`: the one moment of the request or command. What reads later by the same session sees the same moment, on SQLite by its journal, on PostgreSQL by
    REPEATABLE READ. `session`: one that outlives the request, in the place of the request's own.
    """
    reading = session or db.session
    for _turn in range(TURNS):
        _begin(reading)
        snapshot = Snapshot(now, course(reading))
        known = store.basis(reading, snapshot.course, now)
        reading.info[KNOWN] = reading.get_transaction(), known
        if known.current:
            break
        reading.rollback()  # the reading is over: it begins again behind what is written now
        store.settle_in_turns(writing, now)
    return snapshot


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
