"""`/reseau`."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.content.store.queries import course
from app.identity.sign_in.guards import may_here, person_or_none
from app.network.directory.queries import people_by_cite
from app.network.proposals.queries import waiting_count
from app.network.queries import network_page
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.web.endpoints import OPEN, page

blueprint = Blueprint("network", __name__)


@blueprint.get("/reseau")
@page(who=OPEN)
def network() -> str:
    departement, wave = (request.args.get(name, "") for name in ("departement", "vague"))
    published, on = course(db.session), day_of(clock.now())
    page = network_page(published, on, departement, wave)
    people = people_by_cite(db.session, published, on) if person_or_none() else {}
    waiting = waiting_count(db.session) if may_here("proposals.index") else 0
    return render_template("network/network.html", page=page, people=people, waiting=waiting)
