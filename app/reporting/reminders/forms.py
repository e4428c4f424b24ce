"""What is typed to set a rule of reminders, to answer one, to ask for the summary. Messages are in French."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, Field, IntegerField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired, NumberRange

from app.identity.forms import Form
from app.identity.letters.answers import REASONS
from app.platform.french import WEEKDAYS
from app.platform.holidays import ZONES
from app.reporting.reminders.models import ReminderRule
from app.reporting.reminders.rules import LONGEST, Trigger, words_fault
from app.reporting.scope.queries import ReportScope

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


class AnswerForm(Form):
    reason = RadioField(
        "Ce qui vous retient", choices=[SelectChoice(code, words) for code, words in REASONS.items()], validators=[InputRequired("Choisissez une réponse.")]
    )
    to_tell = BooleanField(
        "Me dire par courriel ce qui aura été fait", description="Utile si vous n’arrivez pas à vous connecter, ou si quelque chose est à corriger."
    )


class DigestForm(Form):
    weekday = RadioField(
        "Recevoir le bilan",
        choices=[SelectChoice("", "jamais"), *(SelectChoice(str(number), f"chaque {name}") for number, name in enumerate(WEEKDAYS[:5]))],
    )

    @property
    def chosen_weekday(self) -> int | None:
        return int(self.weekday.data) if self.weekday.data else None
