"""The snapshot that a report reads: one transaction in which every stored figure is up to date, and which sees nothing written after it began."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import Course
from app.platform.db import db
from app.record.figures import store


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
    if not store.basis(reading, course(reading), now).current:
        reading.rollback()
        store.settle_everybody(now)
    _begin(reading)
    return Snapshot(now, course(reading))


def _begin(session: Session) -> None:
    session.rollback()
    isolation = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    session.connection(execution_options=isolation)
