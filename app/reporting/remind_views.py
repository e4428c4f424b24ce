"""`/pilotage/rappels`: rules of reminders and whom they reach; `/rappels/<token>`: the answer to one; `/compte/bilan`: the weekly summary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import db
from app.identity import access, wanted_letters
from app.identity.guards import current_person
from app.reporting import remind_digest, remind_pages, remind_services, snapshots
from app.reporting.reach import Reach, reach_of
from app.reporting.remind_answers import ENDING, REASONS
from app.reporting.remind_audience import own_rule
from app.reporting.remind_forms import AnswerForm, DigestForm, RuleForm
from app.reporting.remind_models import ReminderRule
from app.reporting.remind_pages import AnswerPage, DigestPage, RuleFormPage
from app.web import mail
from app.web.templating import day_of

blueprint = Blueprint("reminders", __name__)


def _reach(now: datetime) -> Reach:
    return reach_of(db.session, current_person(), day_of(now))


def _settings() -> Any:
    return current_app.config["CROISEE"]


# --- Rules -----------------------------------------------------------------------------------------------------------


@blueprint.get("/pilotage/rappels")
def index() -> str:
    now = clock.now()
    return render_template("reporting/reminders.html", page=remind_pages.rules_page(db.session, _reach(now), now))


@blueprint.route("/pilotage/rappels/nouveau", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    now = clock.now()
    form = RuleForm(_reach(now))
    if not form.validate_on_submit():
        return render_template("reporting/reminder_form.html", page=RuleFormPage(form, None)), 422 if form.errors else 200
    row = remind_services.save(db.session, None, current_person().id, form.values(), now)
    flash("La règle est créée, en pause. Voyez qui elle toucherait, puis mettez-la en route.", "success")
    db.session.commit()
    return redirect(url_for("reminders.rule", rule_id=row.id), 303)


@blueprint.get("/pilotage/rappels/<int:rule_id>")
def rule(rule_id: int) -> str:
    now = clock.now()
    moment, reach = snapshots.begin(now), _reach(now)
    page = remind_pages.rule_page(db.session, moment.course, reach, own_rule(db.session, reach, rule_id), now)
    access.seen(page.named, "reminders.rule", now)
    return render_template("reporting/reminder.html", page=page)


@blueprint.route("/pilotage/rappels/<int:rule_id>/modification", methods=["GET", "POST"])
def edit(rule_id: int) -> ResponseReturnValue:
    now = clock.now()
    reach = _reach(now)
    row = own_rule(db.session, reach, rule_id)
    form = RuleForm(reach, row)
    if not form.validate_on_submit():
        return render_template("reporting/reminder_form.html", page=RuleFormPage(form, rule_id)), 422 if form.errors else 200
    remind_services.save(db.session, row, current_person().id, form.values(), now)
    flash("La règle est modifiée.", "success")
    db.session.commit()
    return redirect(url_for("reminders.rule", rule_id=rule_id), 303)


def _mine(rule_id: int, now: datetime) -> ReminderRule:
    return own_rule(db.session, _reach(now), rule_id)


@blueprint.post("/pilotage/rappels/<int:rule_id>/marche")
def run(rule_id: int) -> ResponseReturnValue:
    now, running = clock.now(), request.form.get("running") == "oui"
    remind_services.set_running(db.session, _mine(rule_id, now), running, current_person().id, now)
    flash("La règle est en route." if running else "La règle est en pause : plus rien ne part.", "success")
    db.session.commit()
    return redirect(url_for("reminders.rule", rule_id=rule_id), 303)


@blueprint.post("/pilotage/rappels/<int:rule_id>/suppression")
def delete(rule_id: int) -> ResponseReturnValue:
    now = clock.now()
    remind_services.delete(db.session, _mine(rule_id, now), current_person().id, now)
    flash("La règle est supprimée.", "success")
    db.session.commit()
    return redirect(url_for("reminders.index"), 303)


# --- From the letter, without sign-in --------------------------------------------------------------------------------


@blueprint.route("/rappels/<token>", methods=["GET", "POST"])
def answer(token: str) -> ResponseReturnValue:
    """A mail program that fetches what it finds writes nothing: only the button does."""
    person = wanted_letters.opened_by(db.session, _settings().secret_key, token)
    asked = request.args.get("raison", "")
    form = AnswerForm(data={"reason": asked if asked in REASONS else None})
    if not form.validate_on_submit():
        return render_template("reporting/reminder_answer.html", page=AnswerPage(form, token, _settings().contact)), 422 if form.errors else 200
    reason = form.reason.data
    remind_services.answer(db.session, person.id, reason, clock.now())
    flash("Merci, votre réponse est enregistrée." + (" Vous ne recevrez plus de rappels." if reason in ENDING else ""), "success")
    db.session.commit()
    return redirect(url_for("reminders.answer", token=token, raison=reason), 303)


# --- The weekly summary ----------------------------------------------------------------------------------------------


@blueprint.route("/compte/bilan", methods=["GET", "POST"])
def digest() -> ResponseReturnValue:
    me = current_person().id
    now_chosen = remind_digest.chosen(db.session, me)
    form = DigestForm(data={"weekday": "" if now_chosen is None else str(now_chosen)})
    if not form.validate_on_submit():
        page = DigestPage(form, mail.available(_settings()))
        return render_template("reporting/reminder_digest.html", page=page), 422 if form.errors else 200
    remind_digest.choose(db.session, me, form.chosen, clock.now())
    flash("Votre choix est enregistré.", "success")
    db.session.commit()
    return redirect(url_for("reminders.digest"), 303)
