"""`/pilotage/appels`: everybody to call today; `/pilotage/personnes/<id>/appels`: how to reach one, and what was said."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.content.store.queries import course
from app.identity.audit import access
from app.identity.rules import REPORTERS
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page
from app.record.figures.store import begin_report
from app.reporting.calls import queries, services
from app.reporting.calls.forms import CallForm
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope.filters import read_filter
from app.reporting.scope.reader import scope_here

blueprint = Blueprint("calls", __name__, url_prefix="/pilotage")


@blueprint.get("/appels")
@page(who=REPORTERS, names_people="Liste des personnes à appeler où vous figurez")
def index() -> str:
    now = clock.now()
    published = begin_report(db.session, now)
    scope = scope_here(now)
    report = PeopleReport(db.session, published, scope, read_filter(request.args, scope, published).of_people(), now)
    page = queries.calls_page(report, filter_words(report, ordered=False) if report.filter.fields() else "", request.args.get("page", 1, bounded_int))
    access.record_access([call.person.id for call in page.calls], "calls.index", now)
    return render_template("reporting/calls/calls.html", page=page)


# The access journal notes those whose address names somebody by `person_id`.


@blueprint.get("/personnes/<int:person_id>/appels")
@page(who=REPORTERS, names_people="Page pour vous appeler, dans le pilotage")
def call(person_id: int) -> str:
    now = clock.now()
    return _call_page(person_id, CallForm(day_of(now), formdata=None), now)


def _call_page(person_id: int, form: CallForm, now: datetime) -> str:
    page = queries.call_page(db.session, course(db.session), scope_here(now), person_id, now)
    form.seen.data = str(page.latest)
    return render_template("reporting/calls/call.html", page=page, form=form)


@blueprint.post("/personnes/<int:person_id>/appels")
@act(who=REPORTERS, names_people="Un appel noté à votre sujet, que vous lisez dans vos données")
def note(person_id: int) -> ResponseReturnValue:
    now = clock.now()
    form, scope = CallForm(day_of(now)), scope_here(now)
    words, again_on = form.note.data or "", form.again_on.data
    if not form.validate() or not form.accept(lambda: services.note(db.session, scope, person_id, words, again_on, form.last_seen, now)):
        return _call_page(person_id, form, now), 422
    flash("Appel noté. La personne le lit dans ses données.", "success")
    db.session.commit()
    return redirect(url_for("calls.index"), 303)
