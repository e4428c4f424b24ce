"""The first opening of an element: the one thing that a page's GET appends to the ledger."""

from __future__ import annotations

from flask import g, request
from sqlalchemy.exc import SQLAlchemyError

from app.content.values.course import Course
from app.platform import clock, log
from app.platform.db import db, writing
from app.platform.errors import DomainError
from app.record import services

PATIENCE = 500
"""Milliseconds that a page may wait for its turn to write: it is shown without, and the next opening is the first."""

PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""Headers by which browsers say that nobody looks at the page yet."""


def append_view(course: Course, person_id: int, element_id: str) -> None:
    """Records a first view in its own transaction, never for HEAD, prefetch or « voir comme »; a failure never breaks the page."""
    purpose = " ".join(request.headers.get(name, "") for name in PURPOSES)
    if request.method != "GET" or "prefetch" in purpose or "preview" in purpose or g.get("watcher"):
        return
    db.session.rollback()  # the reading is over: the writer must not find this transaction open
    try:
        with writing(PATIENCE) as session:
            services.record_view(session, course, person_id, element_id, clock.now())
    except (SQLAlchemyError, DomainError) as error:
        log.event("view_not_recorded", person=person_id, element=element_id, error=type(error).__name__)
