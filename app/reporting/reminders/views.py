"""`/pilotage/rappels`: rules of reminders and whom they scope; `/rappels/<token>`: the answer to one; `/compte/bilan`: the weekly summary."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.identity.audit import access
from app.identity.letters import preferences
from app.identity.letters.answers import ENDING, HELPED, REASONS
from app.identity.rules import DECIDERS, REPORTERS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.site.queries import current_site
from app.platform.web.endpoints import PUBLIC, act, page
from app.record.figures.store import begin_report
from app.reporting.reminders import digest as weekly_digest
from app.reporting.reminders import queries, services
from app.reporting.reminders.audience import own_rule
from app.reporting.reminders.forms import AnswerForm, DigestForm, RuleForm
from app.reporting.reminders.models import ReminderRule
from app.reporting.scope.reader import scope_here

blueprint = Blueprint("reminders", __name__)


class RuleFormPage(Struct, frozen=True):
    form: RuleForm
    rule_id: int | None


class ReminderAnswerPage(Struct, frozen=True):
    """The page to answer a reminder. It shows no name nor address: whoever has the email may open the link."""

    form: AnswerForm
    token: str
    contact: str


class DigestPage(Struct, frozen=True):
    form: DigestForm
    mail_works: bool


# --- Rules -----------------------------------------------------------------------------------------------------------


@blueprint.get("/pilotage/rappels")
@page(who=DECIDERS)
def index() -> str:
    now = clock.now()
    published = begin_report(db.session, now)
    return render_template("reporting/reminders/reminders.html", page=queries.rules_page(db.session, published, scope_here(now), now))


@blueprint.route("/pilotage/rappels/nouveau", methods=["GET", "POST"])
@page(who=DECIDERS)
def new() -> ResponseReturnValue:
    now = clock.now()
    form = RuleForm(scope_here(now))
    if not form.validate_on_submit():
        return render_template("reporting/reminders/reminder_form.html", page=RuleFormPage(form, None)), 422 if form.errors else 200
    row = services.save(db.session, None, current_person().id, form.values(), now)
    flash("La règle est créée, en pause. Voyez qui elle toucherait, puis mettez-la en route.", "success")
    db.session.commit()
    return redirect(url_for("reminders.rule", rule_id=row.id), 303)


@blueprint.get("/pilotage/rappels/<int:rule_id>")
@page(who=DECIDERS, names_people="Liste des personnes d’une règle de rappel où vous figurez")
def rule(rule_id: int) -> str:
    now = clock.now()
    published, scope = begin_report(db.session, now), scope_here(now)
    page = queries.rule_page(db.session, published, scope, own_rule(db.session, scope, rule_id), now)
    access.record_access(page.named, "reminders.rule", now)
    return render_template("reporting/reminders/reminder.html", page=page)


@blueprint.route("/pilotage/rappels/<int:rule_id>/modification", methods=["GET", "POST"])
@page(who=DECIDERS)
def edit(rule_id: int) -> ResponseReturnValue:
    now = clock.now()
    scope = scope_here(now)
    row = own_rule(db.session, scope, rule_id)
    form = RuleForm(scope, row)
    if not form.validate_on_submit():
        return render_template("reporting/reminders/reminder_form.html", page=RuleFormPage(form, rule_id)), 422 if form.errors else 200
    services.save(db.session, row, current_person().id, form.values(), now)
    flash("La règle est modifiée.", "success")
    db.session.commit()
    return redirect(url_for("reminders.rule", rule_id=rule_id), 303)


def _mine(rule_id: int, now: datetime) -> ReminderRule:
    return own_rule(db.session, scope_here(now), rule_id)


@blueprint.post("/pilotage/rappels/<int:rule_id>/marche")
@act(who=DECIDERS)
def run(rule_id: int) -> ResponseReturnValue:
    now, running = clock.now(), request.form.get("running") == "oui"
    services.set_running(db.session, _mine(rule_id, now), running, current_person().id, now)
    flash("La règle est en route." if running else "La règle est en pause : plus rien ne part.", "success")
    db.session.commit()
    return redirect(url_for("reminders.rule", rule_id=rule_id), 303)


@blueprint.post("/pilotage/rappels/<int:rule_id>/suppression")
@act(who=DECIDERS)
def delete(rule_id: int) -> ResponseReturnValue:
    now = clock.now()
    services.delete(db.session, _mine(rule_id, now), current_person().id, now)
    flash("La règle est supprimée.", "success")
    db.session.commit()
    return redirect(url_for("reminders.index"), 303)


# --- From the letter, without sign-in --------------------------------------------------------------------------------


@blueprint.route("/rappels/<token>", methods=["GET", "POST"])
@page(who=PUBLIC)
def answer(token: str) -> ResponseReturnValue:
    """A mail program that fetches what it finds writes nothing: only the button does."""
    person = preferences.opened_by(db.session, current_settings().keys, token)
    asked = request.args.get("raison", "")
    form = AnswerForm(data={"reason": asked if asked in REASONS else None})
    if not form.validate_on_submit():
        return render_template(
            "reporting/reminders/reminder_answer.html", page=ReminderAnswerPage(form, token, current_site().contact)
        ), 422 if form.errors else 200
    reason = form.reason.data
    services.answer(db.session, person.id, reason, clock.now(), to_tell=form.to_tell.data)
    flash(
        "Merci, votre réponse est enregistrée."
        + (" Vous ne recevrez plus de rappels." if reason in ENDING else "")
        + (" Quelqu’un va s’en occuper." if reason in HELPED else ""),
        "success",
    )
    db.session.commit()
    return redirect(url_for("reminders.answer", token=token, raison=reason), 303)


# --- The weekly summary ----------------------------------------------------------------------------------------------


@blueprint.route("/compte/bilan", methods=["GET", "POST"])
@page(who=REPORTERS)
def digest() -> ResponseReturnValue:
    me = current_person().id
    weekday = weekly_digest.chosen_weekday(db.session, me)
    form = DigestForm(data={"weekday": "" if weekday is None else str(weekday)})
    if not form.validate_on_submit():
        page = DigestPage(form, outbox.available(current_settings()))
        return render_template("reporting/reminders/reminder_digest.html", page=page), 422 if form.errors else 200
    weekly_digest.choose(db.session, me, form.chosen_weekday, clock.now())
    flash("Votre choix est enregistré.", "success")
    db.session.commit()
    return redirect(url_for("reminders.digest"), 303)
