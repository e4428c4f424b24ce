"""`/administration/etablissements`: which territory an employer's number means, and those that nobody placed yet."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.administration import acts
from app.administration.territories.forms import EstablishmentForm
from app.identity.queries import territory_tree
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.identity.sign_in.institutions import queries, services
from app.identity.sign_in.institutions.queries import EstablishmentRule, Unplaced
from app.platform import clock
from app.platform.db import db
from app.platform.french import agree, plural
from app.platform.web.endpoints import act, page

blueprint = Blueprint("establishments", __name__, url_prefix="/administration/etablissements")


class EstablishmentsPage(Struct, frozen=True):
    form: EstablishmentForm
    unplaced: tuple[Unplaced, ...]
    placed: tuple[EstablishmentRule, ...]


@blueprint.route("", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def index() -> ResponseReturnValue:
    form, now = EstablishmentForm(territory_tree(db.session), data={"pattern": request.args.get("siret", "")[:14]}), clock.now()
    good = form.validate_on_submit()
    moved = form.accept(lambda: services.place(db.session, form.pattern.data or "", form.territory.data, now), form.pattern) if good else None
    if moved is None:
        page = EstablishmentsPage(form, queries.unplaced(db.session), queries.establishment_rules(db.session))
        return render_template("administration/territories/establishments.html", page=page), form.status
    acts.record(db.session, current_person().id, "establishment_placed", None, now, personnes=moved)
    flash("C’est enregistré." + (f" {plural(moved, 'personne')} sans territoire {agree(moved, 'le rejoint', 'le rejoignent')}." if moved else ""), "success")
    db.session.commit()
    return redirect(url_for("establishments.index"), 303)


@blueprint.post("/retrait")
@act(who=ADMINISTRATORS)
def forget() -> ResponseReturnValue:
    services.forget(db.session, request.form.get("pattern", ""))
    acts.record(db.session, current_person().id, "establishment_forgotten", None, clock.now())
    flash("La ligne est retirée. Qui est dans ce territoire y reste.", "success")
    db.session.commit()
    return redirect(url_for("establishments.index"), 303)
