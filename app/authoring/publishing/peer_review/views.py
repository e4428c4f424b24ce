"""`/atelier/lectures`: what colleagues asked me to read, and my answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authoring.blueprint import blueprint
from app.authoring.publishing.peer_review import services
from app.authoring.publishing.peer_review.queries import reading_page, readings_page, require_reading
from app.authoring.publishing.peer_review.services import DraftGone, RemarksMissing, ReviewTooLong
from app.authoring.publishing.remarks.services import RemarkRefused
from app.authoring.publishing.remarks.views import carry_out, sent_remark
from app.authoring.publishing.services import DraftMoved
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.web.endpoints import act, page


@blueprint.get("/lectures")
@page(who=AUTHORS)
def readings() -> str:
    return render_template("authoring/publishing/review_readings.html", page=readings_page(db.session, current_person().id))


@blueprint.get("/lectures/<int:reading_id>")
@page(who=AUTHORS)
def reading(reading_id: int) -> str:
    row, draft = require_reading(db.session, reading_id, current_person().id)
    return render_template("authoring/publishing/review_reading.html", page=reading_page(db.session, row, draft, clock.now()))


@blueprint.post("/lectures/<int:reading_id>")
@act(who=AUTHORS)
def answer(reading_id: int) -> ResponseReturnValue:
    row, draft = require_reading(db.session, reading_id, current_person().id)
    now, mark, agreed, remarks = clock.now(), request.form.get("mark", ""), request.form.get("agreed") == "oui", request.form.get("remarks", "")
    try:
        services.answer(db.session, row, draft, mark=mark, agreed=agreed, remarks=remarks, now=now)
    except (DraftMoved, RemarksMissing, ReviewTooLong) as error:
        page = reading_page(db.session, row, draft, now, remarks=remarks, refused=error.sentence)
        return render_template("authoring/publishing/review_reading.html", page=page), error.status
    flash("Votre réponse est enregistrée.", "success")
    db.session.commit()
    return redirect(url_for("authoring.readings"), 303)


@blueprint.post("/lectures/<int:reading_id>/remarques")
@act(who=AUTHORS)
def reading_remark(reading_id: int) -> ResponseReturnValue:
    """Adds, answers or closes a remark on a passage that one was asked to review."""
    row, draft = require_reading(db.session, reading_id, current_person().id)
    try:
        if draft is None:
            raise DraftGone
        carry_out(draft)
    except RemarkRefused as error:
        db.session.rollback()
        page = reading_page(db.session, row, draft, clock.now(), sent=sent_remark(error.sentence))
        return render_template("authoring/publishing/review_reading.html", page=page), error.status
    db.session.commit()
    return redirect(url_for("authoring.reading", reading_id=reading_id, _anchor="remarques"), 303)
