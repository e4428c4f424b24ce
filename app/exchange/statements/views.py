"""`/administration/traces`: where each learning record store stands, and what may be decided of it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchange.statements import services
from app.exchange.statements.queries import statements_page
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.settings.lrs import Lrs
from app.platform.web.endpoints import act, page

blueprint = Blueprint("statements", __name__, url_prefix="/administration/traces")


@blueprint.get("")
@page(who=ADMINISTRATORS)
def stores() -> str:
    return render_template("exchange/statements/stores.html", page=statements_page(db.session, current_settings()))


@blueprint.post("/<name>/renvoyer")
@act(who=ADMINISTRATORS)
def again(name: str) -> ResponseReturnValue:
    """The jobs beside the site begin it at their next look, within a minute."""
    lrs = _declared(name)
    services.again(db.session, lrs, current_person().id, clock.now())
    flash(f"« {lrs.title} » : l’envoi reprend dans la minute.", "success")
    db.session.commit()
    return redirect(url_for("statements.stores"), 303)


@blueprint.post("/<name>/marche")
@act(who=ADMINISTRATORS)
def pause(name: str) -> ResponseReturnValue:
    lrs, paused = _declared(name), request.form.get("suspendre") == "oui"
    services.pause(db.session, lrs, current_person().id, clock.now(), paused=paused)
    flash(f"« {lrs.title} » : {'suspendu, rien ne part plus' if paused else 'l’envoi reprend dans la minute'}.", "success")
    db.session.commit()
    return redirect(url_for("statements.stores"), 303)


def _declared(name: str) -> Lrs:
    return next((lrs for lrs in current_settings().lrs if lrs.name == name), None) or abort(404)
