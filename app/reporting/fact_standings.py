"""`/pilotage/changements`: of those who learned what is true no more, how many know what is true now. Never who."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import select

from app.assessment.item_analysis import MIN_SHOWN
from app.content.store.queries import course
from app.identity.models import Person
from app.identity.rules import REPORTERS
from app.platform import clock
from app.platform.db import db
from app.platform.web.endpoints import page
from app.record.facts import standings
from app.reporting.scope import in_scope, scope_here

blueprint = Blueprint("fact_standings", __name__, url_prefix="/pilotage")


@blueprint.get("/changements")
@page(who=REPORTERS)
def index() -> str:
    now = clock.now()
    scope = scope_here(now)
    among = None if scope.everybody else set(db.session.scalars(select(Person.id).where(Person.active, in_scope(scope, Person.id))))
    found = standings(db.session, course(db.session), now, among)
    return render_template("reporting/fact_standings.html", standings=found, least=MIN_SHOWN)
