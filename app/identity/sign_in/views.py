"""A session as its browser has it: begun anew at sign-in, ended here first at sign-out. What the server keeps of it: `sessions.store`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import Flask, Response, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import logout_user
from sqlalchemy.exc import SQLAlchemyError

from app.identity import services
from app.identity.models import Person
from app.identity.sessions import browsers, store
from app.identity.sign_in.entering import PROVED
from app.identity.sign_in.factors import half
from app.identity.sign_in.factors.queries import has_factor
from app.identity.sign_in.factors.rules import FactorChange
from app.identity.sign_in.factors.services import changed
from app.identity.sign_in.guards import current_person
from app.identity.sign_in.institutions import journey
from app.identity.sign_in.institutions.views import LEAVING
from app.platform import clock, log
from app.platform.db import db, writing
from app.platform.web import display
from app.platform.web.endpoints import SIGNED_IN, act

PATIENCE = 200
"""Milliseconds that a page waits to note that its session is used."""

NOT_ENDED = "Ce navigateur vous a oublié, mais le site n’a pas pu fermer votre session de son côté. Quand il sera rétabli, reconnectez-vous et fermez-la depuis « Vos sessions »."
KEPT_AT_SIGN_IN = frozenset({"_user_id", "_id", "_fresh", "fs_paa", "fs_cc", journey.WAITING})
"""What Flask-Login and Flask-Security write when somebody signs in, and an identity that waits for this proof. Whatever else the session held was there before."""


def renew(_app: Flask, user: Person, authn_via: Collection[str] | None = None, **_details: Any) -> None:
    """Starts a fresh session at sign-in: nothing of the visitor's session survives, least of all its CSRF token.

    Whoever has a second factor has only proved a part of who they are, as long as `authn_via` does not say `PROVED`.
    """
    g._login_user = None  # if the database fails here, the error page must not ask it again
    now = clock.now()
    try:
        services.confirm(db.session, user)
    except services.PasswordChanged:
        logout_user()
        raise
    proved = PROVED in (authn_via or ())
    if not proved and has_factor(db.session, user.id):
        db.session.commit()  # nobody waits for them meanwhile
        half.begin(user, now, keep=(journey.WAITING,))
        g.pop("csrf_token", None)
        return
    browser = browsers.of(user.id)
    mark = _begin(user, browser, now, proved_at=now if proved else None, link_id=g.get("signed_in_by"))
    db.session.commit()  # before the browser is told: where it cannot be written, the form that was sent can be sent again
    for key in set(session) - KEPT_AT_SIGN_IN:
        session.pop(key)
    session["_user_id"] = mark
    g.pop("csrf_token", None)
    browsers.recognise(browser)
    if user.display is not None:
        display.keep(display.read_display(user.display))
    log.event("signed_in", person=user.id)


def _begin(user: Person, browser: browsers.Browser, now: datetime, **said: Any) -> str:
    if browsers.is_new(db.session, browser, now):
        changed.send(db.session, person=user, change=FactorChange.BROWSER, now=now)
    return store.begin(db.session, user.id, now, **store.describe_browser(request), **said)


def note_use(response: Response) -> Response:
    """About once an hour, the session of whoever asked is noted as used, in a transaction of its own. A page does not wait for it."""
    person = g.get("watcher") or g.get("_login_user")
    now = clock.now()
    if getattr(person, "sign_in", "") and person.used_at is not None and now - person.used_at > store.COARSE:
        try:
            with writing(PATIENCE) as session:
                store.used(session, person.sign_in, now)
        except SQLAlchemyError as error:
            log.event("use_not_noted", error=type(error).__name__)
    return response


@act(who=SIGNED_IN, before_factor=True)
def sign_out() -> ResponseReturnValue:
    """Signs out in place of Flask-Security's view. The browser forgets even if the row cannot be ended, which is then said."""
    try:
        link_id = store.end(db.session, current_person().sign_in)
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.event("sign_out_not_recorded", error=type(error).__name__)
        leave()
        flash(NOT_ENDED, "warning")
        return redirect(url_for("security.login"), 303)
    leave()
    if link_id is not None:
        session[LEAVING] = link_id
    return redirect(url_for("institutions.leave" if link_id is not None else "security.login"), 303)


def leave() -> None:
    """Clears the session, with messages not shown yet: somebody else may use this browser next."""
    logout_user()
    session.clear()
