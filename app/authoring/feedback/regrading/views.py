"""`/atelier/quiz/<id>/reprise`: what marking again by the corrected keys would do, then the decision."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.assessment.regrading.services import NothingToRegrade
from app.authoring.blueprint import blueprint
from app.authoring.feedback.regrading.queries import regrade_page
from app.content.store.queries import course
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import TooManyCharacters
from app.platform.french import plural
from app.platform.web.endpoints import act, page
from app.record import regrading
from app.record.services import DecisionWithoutReason


@blueprint.get("/quiz/<quiz_id>/reprise")
@page(who=AUTHORS)
def regrade(quiz_id: str) -> str:
    return render_template("authoring/feedback/regrade.html", page=regrade_page(db.session, quiz_id))


@blueprint.post("/quiz/<quiz_id>/reprise")
@act(who=AUTHORS)
def confirm_regrade(quiz_id: str) -> ResponseReturnValue:
    """Sent twice, it is done once; a learner who submits at the same moment waits, or is found by the next one."""
    reason = request.form.get("reason", "")
    try:
        done = regrading.regrade(db.session, course(db.session), quiz_id, actor_id=current_person().id, reason=reason, now=clock.now())
    except (DecisionWithoutReason, TooManyCharacters) as error:
        page = regrade_page(db.session, quiz_id, reason=reason, error=error.sentence)
        return make_response(render_template("authoring/feedback/regrade.html", page=page), 422)
    except NothingToRegrade as error:
        flash(error.sentence)
        return redirect(url_for("authoring.regrade", quiz_id=quiz_id), 303)
    counts = (
        plural(done.raised, "note relevée", "notes relevées"),
        plural(done.maintained, "maintenue"),
        plural(done.passing, "quiz réussi de plus", "quiz réussis de plus"),
    )
    flash(f"C’est fait : {', '.join(counts)}.", "success")
    db.session.commit()
    return redirect(url_for("authoring.regrade", quiz_id=quiz_id), 303)
