"""`/administration/personnes/<n>/fusion`: choose the other account, read what will happen, do it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.administration.accounts import merging, queries
from app.administration.accounts.queries import PersonRow
from app.identity.audit import access
from app.identity.models import Person
from app.identity.queries import territory_tree
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.web.edge import searched
from app.platform.web.endpoints import act, page

blueprint = Blueprint("merging", __name__, url_prefix="/administration/personnes/<int:person_id>/fusion")

MOST = 20


class ChoosePage(Struct, frozen=True):
    id: int
    name: str
    text: str
    found: tuple[PersonRow, ...]


def _two(person_id: int, other_id: int) -> tuple[Person, Person]:
    return queries.somebody(db.session, person_id), queries.somebody(db.session, other_id)


@blueprint.get("")
@page(who=ADMINISTRATORS, names_people="Choix d’un compte à fusionner avec le vôtre")
def choose(person_id: int) -> str:
    kept, _ = _two(person_id, person_id)
    text, now = searched(kept.name), clock.now()
    others = [Person.id != person_id, queries.NOT_ERASED, *queries.holding(text)]
    found = queries.people_rows(db.session, territory_tree(db.session), now, others, MOST) if text else ()
    access.record_access([row.id for row in found], "administration.people", now)
    return render_template("administration/accounts/merge_choose.html", page=ChoosePage(kept.id, kept.name, text, found))


@blueprint.get("/<int:other_id>")
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Ce que ferait une fusion avec votre compte")
def preview(person_id: int, other_id: int) -> str:
    kept, gone = _two(person_id, other_id)
    merging.check(kept, gone, current_person().id)
    page = merging.preview(db.session, kept, gone)
    return render_template("administration/accounts/merge_preview.html", page=page)


@blueprint.post("/<int:other_id>")
@act(who=ADMINISTRATORS, fresh_factor=True, names_people="Fusion de comptes")
def merge(person_id: int, other_id: int) -> ResponseReturnValue:
    kept, gone = _two(person_id, other_id)
    merging.merge(db.session, kept, gone, current_person().id, clock.now())
    flash("Les deux comptes n’en font plus qu’un.", "success")
    db.session.commit()
    return redirect(url_for("administration.person", person_id=person_id), 303)
