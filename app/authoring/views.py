"""`/atelier`: the home, new documents, the editor and its preview."""

from __future__ import annotations

from flask import render_template

from app.authoring import home_queries
from app.authoring.pages import blueprint
from app.db import db


@blueprint.get("")
def home() -> str:
    return render_template("authoring/home.html", page=home_queries.home_page(db.session))
