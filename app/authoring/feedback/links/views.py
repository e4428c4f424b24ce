"""`/atelier/liens`: which links of the published course fail, since when, what they said, where they stand."""

from __future__ import annotations

from flask import render_template

from app.authoring.blueprint import blueprint
from app.identity.rules import AUTHORS
from app.learner.reference.library.watch.queries import links_page
from app.platform.db import db
from app.platform.web.endpoints import page


@blueprint.get("/liens")
@page(who=AUTHORS)
def links() -> str:
    return render_template("authoring/feedback/links.html", page=links_page(db.session))
