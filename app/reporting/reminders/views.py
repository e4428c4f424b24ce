"""The pages of reminders: rules, and the answer to one; and their forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired, NumberRange

from app.identity import audit, email_preferences
from app.identity.emails import ENDING, HELPED, REASONS
from app.identity.forms import Form
from app.identity.rules import DECIDERS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.holidays import ZONES
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.endpoints import PUBLIC, act, page
from app.record.figures.store import begin_report
from app.reporting.reminders import queries, services
from app.reporting.reminders.models import ReminderRule
from app.reporting.reminders.plan import own_rule
from app.reporting.reminders.rules import LONGEST, Trigger, words_fault
from app.reporting.scope import ReportScope, scope_here

EVERYBODY = "tous"
TRIGGERS = [
    SelectChoice(Trigger.INACTIVE.value, "Inactif depuis tant de jours, parcours non terminé"),
    SelectChoice(Trigger.NOT_STARTED.value, "Parcours pas commencé tant de jours après l’inscription"),
    SelectChoice(Trigger.DUE.value, "Échéance dans tant de jours ou moins, parcours non terminé"),
    SelectChoice(Trigger.OVERDUE.value, "Échéance passée depuis tant de jours, parcours non terminé"),
]


def _plain(text: str | None) -> str:
    """Lines as everybody ends them, no blank at the ends."""
    return (text or "").replace("\r\n", "\n").strip()


def _between(least: int, most: int) -> list[Any]:
    return [InputRequired("Indiquez un nombre."), NumberRange(least, most, f"Un nombre de {least} à {most}.")]


class RuleForm(Form):
    target = SelectField("Pour qui", validators=[InputRequired("Choisissez un territoire ou une cohorte.")])
    trigger = RadioField("Quand écrire", choices=TRIGGERS, validators=[InputRequired("Choisissez quand écrire.")])
    days = IntegerField("Nombre de jours", description="Le « tant de jours » de la phrase choisie.", validators=_between(1, 365))
    pause = IntegerField("Au plus une fois par", description="En jours, pour une même personne.", validators=_between(3, 90))
    most = IntegerField("Rappels sans réaction, au plus", description="La personne qui reprend remet ce compte à zéro.", validators=_between(1, 10))
    zone = SelectField(
        "Ne pas écrire pendant les vacances scolaires",
        choices=[SelectChoice("", "aucune zone"), *(SelectChoice(zone, f"zone {zone}") for zone in ZONES)],
        description="Celle de l’académie. Rien ne part non plus le week-end ni un jour férié.",
    )
    note = TextAreaField(
        "Votre mot",
        description=f"En texte simple, sans adresse, {LONGEST} caractères au plus. Il est signé de votre nom, et qui répond au courriel vous écrit.",
        filters=[_plain],
        render_kw={"maxlength": LONGEST, "rows": 4},
    )

    def __init__(self, scope: ReportScope, row: ReminderRule | None = None, **kwargs: Any) -> None:
        super().__init__(data=_of(row), **kwargs)
        self.target.choices = _targets(scope)

    def validate_note(self, field: Field) -> None:
        fault = words_fault(field.data)
        if fault:
            raise ValidationError(fault)

    def values(self) -> dict[str, Any]:
        """The columns of a rule."""
        kind, _, number = self.target.data.partition(":")
        return {
            "territory_id": number if kind == "t" else None,
            "cohort_id": int(number) if kind == "c" else None,
            "trigger": self.trigger.data,
            "days": self.days.data,
            "pause": self.pause.data,
            "most": self.most.data,
            "zone": self.zone.data,
            "words": self.note.data,
        }


def _of(row: ReminderRule | None) -> dict[str, Any]:
    if row is None:
        return {"trigger": Trigger.INACTIVE.value, "days": 14, "pause": 7, "most": 3, "zone": "B", "note": ""}
    columns = ("trigger", "days", "pause", "most", "zone")
    return {"target": _target(row), "note": row.words, **{name: getattr(row, name) for name in columns}}


def _target(row: ReminderRule) -> str:
    if row.territory_id:
        return f"t:{row.territory_id}"
    return f"c:{row.cohort_id}" if row.cohort_id else EVERYBODY


def _targets(scope: ReportScope) -> list[SelectChoice]:
    """What the reader may write to: a target beyond their scope is not proposed, not even the one that the rule had."""
    cohorts = scope.cohorts if scope.everybody else {number: name for number, name in scope.cohorts.items() if number in scope.training}
    everybody = [SelectChoice(EVERYBODY, "Tout le réseau")] if scope.everybody else []
    places = [SelectChoice(f"t:{node}", scope.tree.path_name(node)) for node in scope.tree.nodes if node in scope.territories]
    return [*everybody, *places, *(SelectChoice(f"c:{number}", f"Cohorte « {name} »") for number, name in cohorts.items())]


class ReminderAnswerForm(Form):
    reason = RadioField(
        "Ce qui vous retient", choices=[SelectChoice(code, words) for code, words in REASONS.items()], validators=[InputRequired("Choisissez une réponse.")]
    )
    to_tell = BooleanField(
        "Me dire par courriel ce qui aura été fait", description="Utile si vous n’arrivez pas à vous connecter, ou si quelque chose est à corriger."
    )


# --- Views ---
# `/pilotage/rappels`: the rules; `/rappels/<token>`: the answer to a reminder.

blueprint = Blueprint("reminders", __name__)


class RuleFormPage(Struct, frozen=True):
    form: RuleForm
    rule_id: int | None


class ReminderAnswerPage(Struct, frozen=True):
    """The page to answer a reminder. It shows no name nor address: whoever has the email may open the link."""

    form: ReminderAnswerForm
    token: str
    contact: str


# --- Rules ---


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
        return render_template("reporting/reminders/reminder_form.html", page=RuleFormPage(form, None)), form.status
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
    audit.record_access(page.named, "reminders.rule", now)
    return render_template("reporting/reminders/reminder.html", page=page)


@blueprint.route("/pilotage/rappels/<int:rule_id>/modification", methods=["GET", "POST"])
@page(who=DECIDERS)
def edit(rule_id: int) -> ResponseReturnValue:
    now = clock.now()
    scope = scope_here(now)
    row = own_rule(db.session, scope, rule_id)
    form = RuleForm(scope, row)
    if not form.validate_on_submit():
        return render_template("reporting/reminders/reminder_form.html", page=RuleFormPage(form, rule_id)), form.status
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


# --- From the email, without sign-in ---


@blueprint.route("/rappels/<token>", methods=["GET", "POST"])
@page(who=PUBLIC)
def answer(token: str) -> ResponseReturnValue:
    """A mail program that fetches what it finds writes nothing: only the button does."""
    person = email_preferences.opened_by(db.session, current_settings().keys, token)
    asked = request.args.get("raison", "")
    form = ReminderAnswerForm(data={"reason": asked if asked in REASONS else None})
    if not form.validate_on_submit():
        return render_template("reporting/reminders/reminder_answer.html", page=ReminderAnswerPage(form, token, current_site().contact)), form.status
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
