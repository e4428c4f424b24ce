"""`/attentes`: what somebody wants from the course, in their own words, asked nowhere else and never required."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from app.identity.forms import Form
from app.identity.sign_in.guards import current_person
from app.learner.positioning.models import Arrival
from app.platform import clock
from app.platform.db import db, insert_once
from app.platform.web.edge import at_most
from app.platform.web.endpoints import SIGNED_IN, act, keep_private, page


def init_app(app: Flask) -> None:
    from app.platform import hooks

    app.register_blueprint(blueprint)
    hooks.lengths.of(app).update({"wish": LONGEST})


# --- Form ------------------------------------------------------------------------------------------------------------

LONGEST = 1_000


class WishForm(Form):
    wish = TextAreaField(
        "Ce que vous attendez de ce cours",
        description="Par exemple une situation que vous voulez savoir conduire. Seules les personnes qui vous forment le lisent.",
        filters=[lambda text: (text or "").strip()],
        validators=[at_most(LONGEST)],
    )


# --- Writing ---------------------------------------------------------------------------------------------------------
# Flushes, never commits.


def wish(session: Session, person_id: int, words: str, now: datetime) -> None:
    """Keep what the person wants from the course."""
    insert_once(session, Arrival, {"person_id": person_id, "shown_at": now, "wish": ""})
    arrival = session.get_one(Arrival, person_id, with_for_update=True, populate_existing=True)
    arrival.wish, arrival.said_at = words, now if words else None
    session.flush()


def wish_of(session: Session, person_id: int) -> str:
    return session.scalar(select(Arrival.wish).where(Arrival.person_id == person_id)) or ""


# --- Page ------------------------------------------------------------------------------------------------------------

blueprint = Blueprint("start", __name__)
keep_private(blueprint, "ce que chacun attend du cours n’est lu que par les personnes qui le forment")


@blueprint.get("/attentes")
@page(who=SIGNED_IN)
def start() -> ResponseReturnValue:
    return render_template("learner/positioning/start/start.html", form=WishForm(formdata=None, data={"wish": wish_of(db.session, current_person().id)}))


@blueprint.post("/attentes")
@act(who=SIGNED_IN)
def save() -> ResponseReturnValue:
    form = WishForm()
    if not form.validate():
        return render_template("learner/positioning/start/start.html", form=form), 422
    wish(db.session, current_person().id, form.wish.data or "", clock.now())
    flash("C’est noté.", "success")
    db.session.commit()
    return redirect(url_for("start.start"), 303)
