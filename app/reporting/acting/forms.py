"""What is typed on the page that confirms. Messages are in French."""

from __future__ import annotations

from typing import Any

from wtforms import Field, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired

from app.identity.forms import Form
from app.reporting.acting.rules import GroupAct
from app.reporting.person.forms import DueForm
from app.reporting.reminders.rules import LONGEST, words_fault
from app.reporting.scope.queries import ReportScope


class RemindForm(Form):
    note = TextAreaField(
        "Votre mot",
        description=f"Facultatif, en texte simple, sans adresse, {LONGEST} caractères au plus. Il est signé de votre nom.",
        filters=[lambda text: (text or "").replace("\r\n", "\n").strip()],
        render_kw={"maxlength": LONGEST, "rows": 4},
    )

    def validate_note(self, field: Field) -> None:
        if fault := words_fault(field.data):
            raise ValidationError(fault)


class JoinForm(Form):
    cohort = SelectField("Cohorte", validators=[InputRequired("Choisissez une cohorte.")])

    def __init__(self, scope: ReportScope, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cohort.choices = [SelectChoice(str(number), name) for number, name in scope.cohorts.items()]


def form_of(act: GroupAct, scope: ReportScope, **kwargs: Any) -> Form | None:
    """Returns the form that an act needs; None where nothing is asked."""
    if act is GroupAct.REMIND:
        return RemindForm(**kwargs)
    if act is GroupAct.COHORT:
        return JoinForm(scope, **kwargs)
    return DueForm(**kwargs) if act is GroupAct.DUE else None
