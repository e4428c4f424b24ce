"""What is typed to decide for somebody. Messages are in French."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, Optional

from app.assessment.attempts.extra_attempts import MAX_MESSAGE
from app.identity.forms import Form
from app.platform.web.edge import DayField, at_most
from app.reporting.person.services import PersonAct

ACTS = [
    SelectChoice(PersonAct.WAIVE.value, "Dispenser : la personne sait déjà"),
    SelectChoice(PersonAct.VALIDATE.value, "Valider : la personne l’a fait autrement"),
    SelectChoice(PersonAct.REVOKE.value, "Retirer la dispense ou la validation"),
    SelectChoice(PersonAct.GRANT.value, "Accorder une tentative de plus (quiz)"),
]


class DecisionForm(Form):
    element = SelectField("Élément", validators=[InputRequired("Choisissez un élément.")])
    act = RadioField("Décision", choices=ACTS, validators=[InputRequired("Choisissez une décision.")])
    reason = TextAreaField(
        "Raison",
        description="La personne la lira dans sa progression.",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Donnez la raison : la personne la lira dans sa progression."), at_most(MAX_MESSAGE)],
    )


class DueForm(Form):
    due_on = DayField("Nouvelle échéance", description="Vide : la date du groupe ou du parcours.", validators=[Optional()])
    due_reason = TextAreaField(
        "Raison de la nouvelle date",
        description="La personne la lira dans sa progression.",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Donnez la raison : la personne la lira dans sa progression."), at_most(MAX_MESSAGE)],
    )


def element_choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]
