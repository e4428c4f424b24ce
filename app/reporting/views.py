"""The overview, the grid, a person's page, decisions. What is beyond the reader's scope does not exist."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.content.store.queries import course
from app.content.values.course import Course
from app.identity import audit
from app.identity.rules import DECIDERS, REPORTERS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.web.endpoints import act, page
from app.record.figures.store import begin_report
from app.reporting import person as one_person
from app.reporting.grid import queries as grid_queries
from app.reporting.overview import queries as overview_queries
from app.reporting.person import DecisionForm, DueForm, PersonAct, select_choices
from app.reporting.report_files import FILES, FORMATS
from app.reporting.scope import ReportScope, scope_here
from app.reporting.selection import ReportFilter, read_filter
from app.reporting.week.calls import call_page

blueprint = Blueprint("reporting", __name__, url_prefix="/pilotage")


def _scope_and_filter(published: Course, now: datetime) -> tuple[ReportScope, ReportFilter]:
    scope = scope_here(now)
    return scope, read_filter(request.args, scope, published)


@blueprint.get("/bilan")
@page(who=REPORTERS)
def overview() -> ResponseReturnValue:
    now = clock.now()
    published = begin_report(db.session, now)
    scope, wanted = _scope_and_filter(published, now)
    page = overview_queries.bilan_page(db.session, published, scope, now, wanted, request.args.get("avec", "").strip())
    audit.record_access(page.contacts, "reporting.contacts", now)
    return render_template("reporting/overview.html", page=page, files=FILES, formats=FORMATS), 422 if page.choice.refusal else 200


@blueprint.get("/personnes")
@page(who=REPORTERS, names_people="Le tableau d’avancement où vous figurez")
def grid() -> ResponseReturnValue:
    now = clock.now()
    published = begin_report(db.session, now)
    scope, wanted = _scope_and_filter(published, now)
    page = grid_queries.grid_page(db.session, published, scope, wanted, now)
    audit.record_access(page.people, "reporting.grid", now)
    return render_template("reporting/grid.html", page=page), 422 if page.refusal else 200


@blueprint.get("/personnes/impression")
@page(who=REPORTERS, fresh_factor=True, names_people="Le tableau d’avancement où vous figurez, à imprimer")
def grid_print() -> str:
    """Everybody on one page, with the filter: what a browser prints of the grid itself is one page of it."""
    now = clock.now()
    published = begin_report(db.session, now)
    scope, wanted = _scope_and_filter(published, now)
    page = grid_queries.printed_grid(db.session, published, scope, wanted.ensure_understood(), now)
    audit.record_access(page.people, "reporting.grid_print", now)
    return render_template("reporting/grid_print.html", page=page)


# --- One person ---
# The access journal notes each page whose address names somebody by `person_id`.


@blueprint.get("/personnes/<int:person_id>")
@page(who=REPORTERS, names_people="Votre avancement, dans le pilotage")
def person(person_id: int) -> str:
    return _person_page(person_id, DecisionForm(formdata=None))


def _person_page(person_id: int, form: DecisionForm, refused: tuple[str, str, str] = ("", "", ""), due_form: DueForm | None = None) -> str:
    """`refused`: an attestation or a waiver, the reason typed for it, and what is wrong with it."""
    now = clock.now()
    page = one_person.person_page(db.session, course(db.session), scope_here(now), current_person(), person_id, now)
    form.element.choices = select_choices(one_person.element_choices(page))
    reached = call_page(db.session, course(db.session), scope_here(now), person_id, now) if page.may_call else None
    return render_template("reporting/person.html", page=page, call=reached, form=form, due_form=due_form or DueForm(formdata=None), refused=refused)


@blueprint.post("/personnes/<int:person_id>/decisions")
@act(who=DECIDERS, names_people="Décision sur votre parcours, avec sa raison")
def decide(person_id: int) -> ResponseReturnValue:
    now, published, form = clock.now(), course(db.session), DecisionForm()
    form.element.choices = select_choices((element, element) for element in (*published.lessons, *published.quizzes))
    scope = scope_here(now)
    if not form.validate():
        return _person_page(person_id, form), 422
    try:
        one_person.decide(db.session, published, scope, person_id, form.element.data, PersonAct(form.act.data), form.reason.data or "", now)
    except DomainError as error:
        if error.status != 422:
            raise
        form.form_errors.append(error.sentence)
        return _person_page(person_id, form), 422
    flash("Décision enregistrée. La personne la lit dans sa progression, avec votre raison.", "success")
    db.session.commit()
    return redirect(url_for("reporting.person", person_id=person_id), 303)


@blueprint.post("/personnes/<int:person_id>/echeance")
@act(who=DECIDERS, names_people="Échéance de votre parcours, déplacée avec sa raison")
def move_due(person_id: int) -> ResponseReturnValue:
    now, form = clock.now(), DueForm()
    scope = scope_here(now)
    if not form.validate():
        return _person_page(person_id, DecisionForm(formdata=None), due_form=form), 422
    try:
        one_person.move_due(db.session, course(db.session), scope, person_id, form.due_on.data, form.due_reason.data or "", now)
    except DomainError as error:
        if error.status != 422:
            raise
        form.form_errors.append(error.sentence)
        return _person_page(person_id, DecisionForm(formdata=None), due_form=form), 422
    flash("Échéance enregistrée. La personne la lit dans sa progression, avec votre raison.", "success")
    db.session.commit()
    return redirect(url_for("reporting.person", person_id=person_id), 303)


@blueprint.post("/personnes/<int:person_id>/dispenses/<int:result_id>")
@act(who=DECIDERS)
def revoke(person_id: int, result_id: int) -> ResponseReturnValue:
    """End a waiver, with a reason that the person reads on their table, their positioning and their record."""
    now, reason = clock.now(), request.form.get("reason", "")
    try:
        one_person.revoke(db.session, course(db.session), scope_here(now), person_id, result_id, reason, now)
    except DomainError as error:
        if error.status != 422:
            raise
        return _person_page(person_id, DecisionForm(formdata=None), (f"dispense-{result_id}", reason, error.sentence)), 422
    flash("Dispense retirée. La personne lira votre raison.", "success")
    db.session.commit()
    return redirect(url_for("reporting.person", person_id=person_id), 303)


@blueprint.post("/personnes/<int:person_id>/attestations/<attestation_id>")
@act(who=DECIDERS)
def decide_attestation(person_id: int, attestation_id: str) -> ResponseReturnValue:
    now, reason, restored = clock.now(), request.form.get("reason", "").strip(), request.form.get("act") == "retablir"
    try:
        one_person.decide_attestation(db.session, scope_here(now), person_id, attestation_id, reason, now, restored=restored)
    except DomainError as error:
        if error.status != 422:
            raise
        return _person_page(person_id, DecisionForm(formdata=None), (attestation_id, reason, error.sentence)), 422
    flash("L’attestation est rétablie." if restored else "L’attestation est révoquée : sa page publique et son badge le disent désormais.", "success")
    db.session.commit()
    return redirect(url_for("reporting.person", person_id=person_id, _anchor="attestations"), 303)
