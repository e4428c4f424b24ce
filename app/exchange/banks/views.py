"""The pages by which a quiz leaves for Moodle. What comes in comes by « Importer » (`exchange/intake`)."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from app.authoring.incoming.uploads import media_store
from app.exchange.banks import services
from app.exchange.banks.services import FORMATS
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.web.edge import download
from app.platform.web.endpoints import page

blueprint = Blueprint("banks", __name__, url_prefix="/atelier")


@blueprint.get("/quiz/<quiz_id>/moodle")
@page(who=AUTHORS)
def export(quiz_id: str) -> str:
    return render_template("exchange/banks/export.html", page=services.export_page(db.session, quiz_id, current_person().id, media_store()))


@blueprint.get("/quiz/<quiz_id>/moodle/<name>")
@page(who=AUTHORS)
def export_file(quiz_id: str, name: str) -> Response:
    if name not in FORMATS:
        raise NotYours
    wanted = FORMATS[name]
    exported = services.export_file(db.session, quiz_id, current_person().id, wanted, media_store())
    return download(exported.data, wanted.mimetype, f"{quiz_id}{wanted.suffix}")
