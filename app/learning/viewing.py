"""The first opening of an element: the one thing that a page's GET appends to the ledger."""

from __future__ import annotations

from flask import request
from sqlalchemy.exc import SQLAlchemyError

from app import clock, log
from app.content.queries import course
from app.db import db, writing
from app.learning import services


def append_view(person_id: int, element_id: str) -> None:
    """In a transaction of its own, never on HEAD or prefetch; a failure never spoils the page."""
    prefetch = "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""))
    if request.method == "HEAD" or prefetch:
        return
    published = course(db.session)
    db.session.rollback()  # the reading is over: the writer must not find this transaction open
    try:
        with writing() as session:
            services.record_view(session, published, person_id, element_id, clock.now())
    except SQLAlchemyError as error:
        log.event("view_not_recorded", person=person_id, element=element_id, error=type(error).__name__)
