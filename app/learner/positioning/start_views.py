"""`/bienvenue`: two questions on arriving, both to be skipped, shown once after a learner's first sign-in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import user_authenticated
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from app.identity.forms import Form, SideField
from app.identity.models import Person
from app.identity.rules import Role, Side
from app.identity.sign_in.guards import current_person
from app.learner.positioning.models import Arrival
from app.platform import clock, log
from app.platform.db import db, insert_once, writing
from app.platform.web.edge import at_most
from app.platform.web.endpoints import SIGNED_IN, act, keep_private, page
from app.record.progress.models import LearningEvent
from app.record.progress.rules import EventType


def init_app(app: Flask) -> None:
    from app.platform import hooks

    app.register_blueprint(blueprint)
    hooks.lengths.of(app).update({"wish": LONGEST})
    follow_sign_in(app)


# --- Form ------------------------------------------------------------------------------------------------------------

LONGEST = 1_000


class StartForm(Form):
    side = SideField()
    wish = TextAreaField(
        "Ce que vous attendez de ce cours",
        description="Par exemple une situation que vous voulez savoir conduire. Seules les personnes qui vous forment le lisent.",
        filters=[lambda text: (text or "").strip()],
        validators=[at_most(LONGEST)],
    )

    @property
    def chosen_side(self) -> Side | None:
        return Side(self.side.data) if self.side.data else None


# --- Writing ---------------------------------------------------------------------------------------------------------
# Flushes, never commits.


def arrives(session: Session, person_id: int) -> bool:
    """Whether the first page was not shown yet, and would come in time: whoever did something in the course has arrived long ago."""
    shown = select(Arrival.person_id).where(Arrival.person_id == person_id)
    begun = select(LearningEvent.id).where(LearningEvent.person_id == person_id, LearningEvent.event != EventType.DUE_MOVED.value).limit(1)
    return session.scalar(shown) is None and session.scalar(begun) is None


def show(session: Session, person_id: int, now: datetime) -> bool:
    """Note that it is shown. False when it was already."""
    return insert_once(session, Arrival, {"person_id": person_id, "shown_at": now, "wish": ""})


def say(session: Session, person_id: int, side: Side | None, words: str, now: datetime) -> None:
    """Keep what the person said."""
    wish(session, person_id, words, now)
    session.get_one(Person, person_id).side = side
    session.flush()


def wish(session: Session, person_id: int, words: str, now: datetime) -> None:
    """Keep what the person wants from the course."""
    show(session, person_id, now)
    arrival = session.get_one(Arrival, person_id, with_for_update=True, populate_existing=True)
    arrival.wish, arrival.said_at = words, now if words else None
    session.flush()


def wish_of(session: Session, person_id: int) -> str:
    return session.scalar(select(Arrival.wish).where(Arrival.person_id == person_id)) or ""


# --- Page ------------------------------------------------------------------------------------------------------------

blueprint = Blueprint("start", __name__)
keep_private(blueprint, "ce que chacun attend du cours n’est lu que par les personnes qui le forment")

PATIENCE = 2_000
"""Milliseconds that a sign-in waits to note that the page is shown; without, the next sign-in shows it."""


@blueprint.get("/bienvenue")
@page(who=SIGNED_IN)
def start() -> ResponseReturnValue:
    person = current_person()
    known = {"side": person.side or "", "wish": wish_of(db.session, person.id)}
    return render_template("learner/positioning/start/start.html", form=StartForm(formdata=None, data=known))


@blueprint.post("/bienvenue")
@act(who=SIGNED_IN)
def save() -> ResponseReturnValue:
    person, now, form = current_person(), clock.now(), StartForm()
    if not form.validate():
        return render_template("learner/positioning/start/start.html", form=form), 422
    say(db.session, person.id, form.chosen_side, form.wish.data or "", now)
    flash("C’est noté.", "success")
    db.session.commit()
    return redirect(url_for("positioning.positioning"), 303)


# --- Right after the first sign-in -----------------------------------------------------------------------------------


def follow_sign_in(app: Flask) -> None:
    user_authenticated.connect(_note_first, app)
    app.after_request(_lead_there)


def _note_first(_app: Flask, user: Person, **_details: Any) -> None:
    """Whoever comes for a page of their own is led to that page, and sees this one another time."""
    if request.values.get("next", "/") not in ("", "/") or Role.LEARNER not in user.role_set or not arrives(db.session, user.id):
        return
    try:
        with writing(PATIENCE) as session:
            g.arriving = show(session, user.id, clock.now())
    except SQLAlchemyError as error:
        log.event("arrival_not_noted", person=user.id, error=type(error).__name__)


def _lead_there(response: Response) -> Response:
    if g.get("arriving") and response.location == "/":
        response.location = url_for("start.start")
    return response
