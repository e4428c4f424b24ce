"""How somebody comes in by another way than the password page: a passkey or a code, their institution, a link behind which they chose a password."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import login_user

from app.identity.models import Person
from app.identity.rules import workplace
from app.identity.sessions import store
from app.identity.sign_in.guards import person_or_none
from app.platform.db import db

PROVED = "second-factor"
"""What `login_user` is told by whoever has seen a second factor."""


def enter(person: Person, target: str, by: str) -> ResponseReturnValue:
    """Open the session of somebody who proved who they are by `by`, and lead them to `target`; to the page of their second factor first, if `by` is not one.

    The caller has committed what the proof changed, and nothing else waits in `db.session`: it is committed here. The session that was open in this
    browser, whoever's it was, ends.
    """
    if reader := person_or_none():
        store.end(db.session, reader.sign_in)
    login_user(person, remember=False, authn_via=[by])
    if "_user_id" not in session:
        return _see(url_for("factors.verify", next=target))
    return lead(person, target)


def lead(person: Person, target: str) -> ResponseReturnValue:
    """To the page that was asked for; nobody asked for one: to where they work."""
    place = workplace(person.role_set) if target == "/" else ""
    return _see(url_for(place) if place else target)


def _see(address: str) -> ResponseReturnValue:
    return redirect(address, 303 if request.method == "POST" else 302)
