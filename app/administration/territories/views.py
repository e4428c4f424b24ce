"""`/administration/territoires`: the tree, and the page of one territory."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.administration import acts
from app.administration.territories import queries
from app.administration.territories.forms import TerritoryForm
from app.administration.territories.queries import Branch, TerritoryCard
from app.identity.queries import territory_tree
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.identity.territories import editing
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page

blueprint = Blueprint("territories", __name__, url_prefix="/administration/territoires")


class TreePage(Struct, frozen=True):
    branches: tuple[Branch, ...]
    form: TerritoryForm


class TerritoryPage(Struct, frozen=True):
    card: TerritoryCard
    form: TerritoryForm


@blueprint.route("", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def tree() -> ResponseReturnValue:
    form = _form({"level": "cite"})
    now, person = clock.now(), current_person()
    row = form.accept(lambda: editing.add(db.session, form.typed_territory(), person.id, now)) if form.validate_on_submit() else None
    if row is None:
        page = TreePage(queries.branches(db.session, now), form)
        return render_template("administration/territories/tree.html", page=page), form.status
    acts.record(db.session, person.id, "territory_added", None, now)
    flash(f"« {row.name} » est ajouté.", "success")
    db.session.commit()
    return redirect(url_for("territories.tree"), 303)


@blueprint.route("/<territory_id>", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def territory(territory_id: str) -> ResponseReturnValue:
    form = _form(queries.form_values(queries.own_territory(db.session, territory_id)))
    now, person = clock.now(), current_person()
    good = form.validate_on_submit()
    if good and form.accept(lambda: editing.change(db.session, territory_id, _edition(), form.typed_territory(), person.id, now)):
        acts.record(db.session, person.id, "territory_changed", None, now)
        flash("Le territoire est enregistré. Les personnes qui y sont rattachées, et celles qui le suivent, le restent.", "success")
        db.session.commit()
        return redirect(url_for("territories.territory", territory_id=territory_id), 303)
    return _page(territory_id, form)


@blueprint.post("/<territory_id>/retrait")
@act(who=ADMINISTRATORS)
def withdraw(territory_id: str) -> ResponseReturnValue:
    row = queries.own_territory(db.session, territory_id)
    form = _form(queries.form_values(row), formdata=None)
    now, person = clock.now(), current_person()
    try:
        editing.withdraw(db.session, territory_id, _edition(), person.id, now)
    except DomainError as error:
        form.form_errors.append(error.sentence)
        return _page(territory_id, form)
    acts.record(db.session, person.id, "territory_withdrawn", None, now)
    flash(f"« {row.name} » est retiré. Ajouté de nouveau sous ce nom, il retrouvera son passé.")
    db.session.commit()
    return redirect(url_for("territories.tree"), 303)


def _form(data: dict[str, str], **kwargs: Any) -> TerritoryForm:
    return TerritoryForm(territory_tree(db.session), queries.withdrawn(db.session), data=data, **kwargs)


def _edition() -> int:
    return request.form.get("edition", -1, bounded_int)


def _page(territory_id: str, form: TerritoryForm) -> ResponseReturnValue:
    db.session.rollback()
    page = TerritoryPage(queries.territory_card(db.session, territory_id), form)
    return render_template("administration/territories/territory.html", page=page), form.status
