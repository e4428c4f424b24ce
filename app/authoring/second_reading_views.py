"""`/atelier/lectures`: what colleagues asked me to read, and my answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authoring import second_reading
from app.authoring.pages import blueprint
from app.authoring.publishing import DraftMoved
from app.authoring.publishing_queries import reading_page, readings_page
from app.authoring.second_reading import NothingSaid, TooLong
from app.db import db
from app.identity.guards import current_person


@blueprint.get("/lectures")
def readings() -> str:
    return render_template("authoring/review_readings.html", page=readings_page(db.session, current_person().id))


@blueprint.get("/lectures/<int:reading_id>")
def reading(reading_id: int) -> str:
    row, draft = second_reading.asked(db.session, reading_id, current_person().id)
    return render_template("authoring/review_reading.html", page=reading_page(db.session, row, draft, clock.now()))


@blueprint.post("/lectures/<int:reading_id>")
def answer(reading_id: int) -> ResponseReturnValue:
    row, draft = second_reading.asked(db.session, reading_id, current_person().id)
    now, mark, agreed, remarks = clock.now(), request.form.get("mark", ""), request.form.get("agreed") == "oui", request.form.get("remarks", "")
    try:
        second_reading.answer(db.session, row, draft, mark=mark, agreed=agreed, remarks=remarks, now=now)
    except (DraftMoved, NothingSaid, TooLong) as error:
        page = reading_page(db.session, row, draft, now, remarks=remarks, refused=error.sentence)
        return render_template("authoring/review_reading.html", page=page), error.status
    flash("Votre réponse est enregistrée.", "success")
    db.session.commit()
    return redirect(url_for("authoring.readings"), 303)
