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


def begin(now: datetime) -> Snapshot:
    """Begin the reading of a report: call it first, before anything is read that the report shows.

    `now`: the one moment of the request or command. What reads later in the request sees the same moment, on SQLite by its journal, on PostgreSQL by REPEATABLE READ.
    """
    for _turn in range(TURNS):
        _begin(db.session)
        snapshot = Snapshot(now, course(db.session))
        if _basis(snapshot).current:
            break
        db.session.rollback()  # the reading is over: it begins again behind what is written now
        store.settle_in_turns(writing, now)
    return snapshot


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
