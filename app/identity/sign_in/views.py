"""A session as its browser has it: begun anew at sign-in, ended here first at sign-out. What the server keeps of it: `sessions.store`."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import logout_user

from app import clock, log
from app.db import db
from app.identity import services
from app.identity.models import Person
from app.identity.sessions import browsers, store
from app.identity.sign_in.guards import current_person
from app.web import display

KEPT_AT_SIGN_IN = frozenset({"_user_id", "_id", "_fresh", "fs_paa", "fs_cc"})
"""What Flask-Login and Flask-Security write when somebody signs in. Whatever else the session held was there before."""


def renew(_app: Flask, user: Person, **_details: Any) -> None:
    """Nothing of the visitor's session outlives sign-in, its CSRF token least of all: whoever planted that cookie knows it."""
    g._login_user = None  # if the database fails here, the error page must not ask it again
    try:
        services.confirm(db.session, user)
    except services.PasswordChanged:
        logout_user()
        raise
    mark = store.begin(db.session, user.id, clock.now())
    db.session.commit()  # before the browser is told: where it cannot be written, the form that was sent can be sent again
    for key in set(session) - KEPT_AT_SIGN_IN:
        session.pop(key)
    session["_user_id"] = mark
    g.pop("csrf_token", None)
    browsers.recognise(user.id)
    if user.display is not None:
        display.keep(display.read(user.display))
    log.event("signed_in", person=user.id)


def sign_out() -> ResponseReturnValue:
    """In the place of Flask-Security's view. The row goes before the browser is told: what cannot be ended is not said to be."""
    store.end(db.session, current_person().sign_in)
    db.session.commit()
    leave()
    return redirect(url_for("security.login"), 303)


def leave() -> None:
    """This browser forgets who was signed in and what it had not told them yet: whoever sits there next may be somebody else."""
    logout_user()
    session.clear()
