"""What is typed after a call. Messages are in French."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import Field, HiddenField, TextAreaField, ValidationError
from wtforms.validators import Optional

from app.identity.forms import Form
from app.platform.french import french_date
from app.platform.web.edge import DayField, at_most, bounded_int
from app.reporting.calls.models import NOTE_LENGTH
from app.reporting.calls.rules import LATEST, REST


class CallForm(Form):
    note = TextAreaField(
        "Ce qui a été dit",
        description="Quelques mots pour reprendre le fil, rien de plus : la personne les lit dans ses données.",
        filters=[lambda text: (text or "").strip()],
        validators=[at_most(NOTE_LENGTH)],
    )
    again_on = DayField(
        "Rappeler le", description=f"Sans date, la personne ne revient dans la liste que dans {REST.days} jours, si rien n’a bougé.", validators=[Optional()]
    )
    seen = HiddenField()

    def __init__(self, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.today = today

    def validate_again_on(self, field: Field) -> None:
        if field.data and not self.today < field.data <= self.today + LATEST:
            raise ValidationError(f"Une date après aujourd’hui, et avant le {french_date(self.today + LATEST)}.")

    @property
    def last_seen(self) -> int:
        try:
            return bounded_int(self.seen.data or "0")
        except ValueError:
            return 0
