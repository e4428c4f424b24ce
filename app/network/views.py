"""`/reseau`."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app import clock
from app.content.store.queries import course
from app.db import db
from app.french import day_of
from app.network.queries import network_page

blueprint = Blueprint("network", __name__)


@blueprint.get("/reseau")
def network() -> str:
    departement, wave = (request.args.get(name, "") for name in ("departement", "vague"))
    page = network_page(course(db.session), day_of(clock.now()), departement, wave)
    return render_template("network/network.html", page=page)
