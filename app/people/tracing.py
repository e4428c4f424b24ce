"""The one place where this package says that somebody's page was shown to somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import request

from app import log
from app.db import db, writing
from app.people import journal


def seen(reader_id: int, person_ids: Iterable[int], what: str, now: datetime) -> None:
    """Write the access journal: a GET may, in a transaction of its own. A HEAD shows nothing."""
    others = [person_id for person_id in person_ids if person_id != reader_id]
    if not others or request.method == "HEAD":
        return
    db.session.rollback()  # the reading is over: the writer must not find this transaction open
    with writing() as session:
        for person_id in others:
            journal.record(session, reader_id, person_id, what, now)
    log.event("people_seen", reader=reader_id, people=len(others))
