"""`/bienvenue`: two questions, both to be skipped; shown once, right after the first sign-in of a learner."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import user_authenticated
from sqlalchemy.exc import SQLAlchemyError

from app.identity.models import Person
from app.identity.rules import Role
from app.identity.sign_in.guards import current_person
from app.learner.positioning.start import services
from app.learner.positioning.start.forms import StartForm
from app.platform import clock, log
from app.platform.db import db, writing
from app.platform.web.endpoints import SIGNED_IN, act, keep_private, page

blueprint = Blueprint("start", __name__)
keep_private(blueprint, "ce que chacun attend du cours n’est lu que par les personnes qui le forment")

PATIENCE = 2_000
"""Milliseconds that a sign-in waits to note that the page is shown; without, the next sign-in shows it."""


@blueprint.get("/bienvenue")
@page(who=SIGNED_IN)
def start() -> ResponseReturnValue:
    person = current_person()
    known = {"side": person.side or "", "wish": services.wish_of(db.session, person.id)}
    return render_template("learner/positioning/start/start.html", form=StartForm(formdata=None, data=known))


@blueprint.post("/bienvenue")
@act(who=SIGNED_IN)
def save() -> ResponseReturnValue:
    person, now, form = current_person(), clock.now(), StartForm()
    if not form.validate():
        return render_template("learner/positioning/start/start.html", form=form), 422
    services.say(db.session, person.id, form.chosen_side, form.wish.data or "", now)
    flash("C’est noté.", "success")
    db.session.commit()
    return redirect(url_for("positioning.positioning"), 303)


# --- Right after the first sign-in -----------------------------------------------------------------------------------


def follow_sign_in(app: Flask) -> None:
    user_authenticated.connect(_note_first, app)
    app.after_request(_lead_there)


def _note_first(_app: Flask, user: Person, **_details: Any) -> None:
    """Whoever comes for a page of their own is led to that page, and sees this one another time."""
    if request.values.get("next", "/") not in ("", "/") or Role.LEARNER not in user.role_set or not services.arrives(db.session, user.id):
        return
    try:
        with writing(PATIENCE) as session:
            g.arriving = services.show(session, user.id, clock.now())
    except SQLAlchemyError as error:
        log.event("arrival_not_noted", person=user.id, error=type(error).__name__)


def _lead_there(response: Response) -> Response:
    if g.get("arriving") and response.location == "/":
        response.location = url_for("start.start")
    return response
