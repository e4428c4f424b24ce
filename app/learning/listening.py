"""What learning does when something happens elsewhere: a publication, a sign-in, a form sent without a session."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, request, url_for
from flask_security import user_authenticated
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.content.queries import course
from app.content.services import published
from app.db import writing
from app.learning import services, submissions

KEPT_ENDPOINTS = frozenset({"quiz.save_answer"})
"""Forms whose content is worth keeping when the session is gone."""


def init_app(app: Flask) -> None:
    published.connect(_refresh_paths)
    user_authenticated.connect(_enrol, app)
    app.extensions["croisee_keep_submission"] = keep_for_return


def _refresh_paths(session: Session, **_: Any) -> None:
    """What each path asks for changes with a publication, in the same transaction."""
    services.refresh_paths(session, course(session), clock.now())


def _enrol(_app: Flask, user: Any, **_: Any) -> None:
    """At first sign-in, a person joins the path marked « défaut »."""
    with writing() as session:
        services.enrol(session, course(session), user.id, clock.now())


def keep_for_return() -> BaseResponse | None:
    """A form sent by somebody whose session is gone: keep it, and lead through sign-in to the page that sends it again."""
    if request.method != "POST" or request.endpoint not in KEPT_ENDPOINTS:
        return None
    with writing() as session:
        kept = submissions.keep(session, request, clock.now(), person_id=None, kind="kept")
    return redirect(url_for("security.login", next=url_for("learning.resume", submission_id=kept)), 303) if kept else None
