"""`/pilotage/choix`: what is about to be done for several people, then its doing. What is beyond the reader's scope does not exist."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import replace

from app.content.store.queries import course
from app.identity.audit import access
from app.identity.rules import DECIDERS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.french import plural
from app.platform.settings import current_settings
from app.platform.web import endpoints
from app.platform.web.edge import bounded_int
from app.record.figures.store import begin_report
from app.reporting.acting import queries, services
from app.reporting.acting.forms import form_of
from app.reporting.acting.rules import GroupAct
from app.reporting.grid.rows import PeopleReport
from app.reporting.reminders.audience import Recipient
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.reader import scope_here
from app.reporting.scope.rules import MOST_CHOSEN

blueprint = Blueprint("acting", __name__, url_prefix="/pilotage/choix")


@blueprint.get("")
@endpoints.page(who=DECIDERS, names_people="Une décision pour plusieurs personnes, où vous figurez")
def choose() -> ResponseReturnValue:
    now = clock.now()
    published = begin_report(db.session, now)
    scope = scope_here(now)
    act, wanted = queries.act_of(request.args), queries.chosen_filter(request.args, scope, published)
    report = PeopleReport(db.session, published, scope, wanted, now)
    people = [] if queries.nobody(wanted, request.args) else queries.named_people(report, named=bool(wanted.people))
    page = queries.choice_page(report, act, people, form_of(act, scope, formdata=None))
    access.record_access(page.people, "acting.choose", now)
    return render_template("reporting/acting/choice.html", page=page)


@blueprint.post("")
@endpoints.act(who=DECIDERS)
def act() -> ResponseReturnValue:
    """Refused where they are not as many as the page said: it is shown again, with today's number."""
    now, published, chosen = clock.now(), course(db.session), queries.act_of(request.form)
    scope = scope_here(now)
    report = PeopleReport(db.session, published, scope, queries.chosen_filter(request.form, scope, published), now)
    people, form = queries.named_people(report, named=bool(report.filter.people)), form_of(chosen, scope)
    found, known = queries.outcome_of(report, chosen, people)
    valid = form is not None and form.validate()
    changed = request.form.get("nombre", "") != str(len(found.concerned)) or not found.concerned
    if not valid or changed or len(people) > MOST_CHOSEN:
        page = queries.choice_page(report, chosen, people, form, changed=changed)
        access.record_access(page.people, "acting.choose", now)
        return render_template("reporting/acting/choice.html", page=page), 422
    flash(_carry_out(chosen, report, scope, found.concerned, known, form), "success")
    db.session.commit()
    kept: dict[str, Any] = replace(report.filter, after="").fields()
    return redirect(url_for("reporting.grid", **kept), 303)


def _carry_out(chosen: GroupAct, report: PeopleReport, scope: ReportScope, people: tuple[int, ...], known: dict[int, Recipient] | Any, form: Any) -> str:
    """Do it, and say for how many."""
    if chosen is GroupAct.REMIND:
        sent = services.remind(db.session, current_settings(), report.course, scope, current_person(), people, known, form.note.data, report.now)
        return f"{plural(sent, 'rappel est parti', 'rappels sont partis')}."
    if chosen is GroupAct.COHORT:
        number = bounded_int(form.cohort.data)
        entered = services.join(db.session, report.course, scope, people, number, report.now)
        return f"Entrées dans la cohorte « {scope.cohorts[number]} » : {entered}. Déjà là : {len(people) - entered}."
    moved = services.move_dues(db.session, report.course, scope, people, form.due_on.data, form.due_reason.data, report.now)
    return f"{plural(moved, 'échéance déplacée', 'échéances déplacées')}. Chaque personne lit la sienne, avec votre raison."
