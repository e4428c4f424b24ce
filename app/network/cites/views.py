"""`/reseau/<id>`: open to visitors, as the list is; whom they find there is another matter."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, render_template

from app.content.store.queries import course
from app.identity.audit import access
from app.identity.sign_in.guards import person_or_none
from app.network.cites.queries import cite_ids, cite_page, is_listed
from app.platform import clock, hooks
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.web.endpoints import OPEN, page

blueprint = Blueprint("cites", __name__, url_prefix="/reseau")


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    hooks.open_addresses.of(app)["cites.cite"] = lambda cite_id: is_listed(course(db.session), cite_id)
    hooks.sitemap.of(app).append(lambda: (("cites.cite", {"cite_id": each}) for each in cite_ids(course(db.session))))


@blueprint.get("/<cite_id>")
@page(who=OPEN, names_people="Page d’une cité où vous paraissez, dans l’annuaire du réseau")
def cite(cite_id: str) -> str:
    now = clock.now()
    page = cite_page(db.session, current_settings(), course(db.session), cite_id, now, person_or_none())
    if page is None:
        abort(404)
    access.record_access({card.person_id for card in page.people}, "cites.cite", now)
    return render_template("network/cites/cite.html", page=page)
