"""`/administration/travaux`: where each timer stands, and « Lancer maintenant »."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.operations.jobs import services
from app.operations.jobs.queries import jobs_page, timer
from app.operations.jobs.services import queues
from app.platform import clock
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.site import offers
from app.platform.web.endpoints import act, page

blueprint = Blueprint("jobs", __name__, url_prefix="/administration/travaux")


@blueprint.get("")
@page(who=ADMINISTRATORS)
def jobs() -> str:
    return render_template(
        "operations/jobs/jobs.html", page=jobs_page(db.session, current_settings(), clock.now()), queues=queues(db.session, current_settings(), clock.now())
    )


@blueprint.post("/<name>")
@act(who=ADMINISTRATORS)
def ask(name: str) -> ResponseReturnValue:
    """The process beside the site begins it at its next look, within seconds."""
    found = timer(name)
    if found is None or not offers(found.feature):
        abort(404)
    services.declare(db.session, clock.now())
    services.ask(db.session, found, current_person().id, clock.now())
    flash(f"« {found.label} » : demandé. Le résultat sera ici dans un instant.", "success")
    db.session.commit()
    return redirect(url_for("jobs.jobs"), 303)
