"""`/reseau/<id>`: open to visitors, as the list is; whom they find there is another matter."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, render_template

from app import clock
from app.content.store.queries import course
from app.db import db
from app.identity.audit import access
from app.identity.sign_in.guards import OPEN_ADDRESSES, SITEMAP, person_or_none
from app.network.cites.queries import cite_page, is_listed, listed
from app.settings import current_settings

blueprint = Blueprint("cites", __name__, url_prefix="/reseau")


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.extensions.setdefault(OPEN_ADDRESSES, {})["cites.cite"] = lambda cite_id: is_listed(course(db.session), cite_id)
    app.extensions.setdefault(SITEMAP, []).append(lambda: (("cites.cite", {"cite_id": each}) for each in listed(course(db.session))))


@blueprint.get("/<cite_id>")
def cite(cite_id: str) -> str:
    now = clock.now()
    page = cite_page(db.session, current_settings(), course(db.session), cite_id, now, person_or_none())
    if page is None:
        abort(404)
    access.seen({card.person_id for card in page.people}, "cites.cite", now)
    return render_template("network/cites/cite.html", page=page)
