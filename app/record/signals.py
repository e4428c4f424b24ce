"""What the record does when something happens elsewhere: a publication, a sign-in."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security import user_authenticated
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.store.services import published
from app.identity.rules import Role
from app.platform import clock, log
from app.platform.db import db, writing
from app.record import enrolment
from app.record.figures import store

AT_ONCE = 1_000
"""People whose figures whoever publishes waits for, some tenths of a second: everybody on most sites. The others are the jobs' to do, or the next report's."""
PATIENCE = 2_000
"""Milliseconds that a sign-in waits to enrol somebody. Pages show the same without, and the next sign-in tries again."""


def init_app(app: Flask) -> None:
    published.connect(_refresh_paths)
    user_authenticated.connect(_enrol, app)


def _refresh_paths(session: Session, **_: Any) -> None:
    """What each path asks for changes with a publication, in the same transaction; everybody's figures follow it."""
    enrolment.refresh_paths(session, course(session), clock.now())
    store.mark_one(session)
    event.listen(session, "after_commit", _settle, once=True)


def _settle(_session: Session) -> None:
    """What people read of themselves in their own export is then as exact as their pages."""
    try:
        with writing() as session:
            store.settle(session, course(session), clock.now(), AT_ONCE)
    except SQLAlchemyError as error:
        log.event("figures_not_settled", error=type(error).__name__)


def _enrol(_app: Flask, user: Any, **_: Any) -> None:
    """At first sign-in, a learner joins a path, in a transaction of its own: sign-in's may only read. Others join one by beginning it."""
    if Role.LEARNER not in user.role_set or enrolment.is_enrolled(db.session, user.id):
        return
    published_now = course(db.session)  # read before anybody waits: the first sign-in of a process reads the whole of it
    try:
        with writing(PATIENCE) as session:
            enrolment.enrol(session, published_now, user.id, clock.now())
    except SQLAlchemyError as error:
        log.event("not_enrolled", person=user.id, error=type(error).__name__)
