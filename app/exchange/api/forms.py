"""What is typed to make a token."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from wtforms import Field, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from app.administration.accounts.forms import territory_choices
from app.exchange.api.rules import NAME_LENGTH, wrong_day
from app.identity.forms import Form
from app.identity.territories.rules import TerritoryTree
from app.platform.web.edge import DayField, at_most, one_line

KEY_LENGTH = 100


def drawn_key() -> str:
    """What tells one form from another, when it is sent twice."""
    return secrets.token_urlsafe(24)


class TokenForm(Form):
    name = StringField(
        "Pour quel logiciel, de qui",
        description="Par exemple « SIRH du rectorat ». Rien n’y est vérifié : c’est pour le reconnaître.",
        filters=[one_line],
        validators=[DataRequired("Dites à quel logiciel il est donné."), at_most(NAME_LENGTH)],
    )
    territory = SelectField(
        "Territoire",
        description="Le logiciel lira les personnes de ce territoire et de ce qu’il contient, et aucune autre.",
        validators=[DataRequired("Choisissez un territoire.")],
    )
    expires_on = DayField("Dernier jour où il fonctionne", description="Un an au plus.", validators=[InputRequired("Indiquez un jour.")])

    key = HiddenField(default=drawn_key, filters=[lambda text: (text or "")[:KEY_LENGTH] or drawn_key()])
    """Drawn with the form: sent twice, it makes one token."""

    def __init__(self, tree: TerritoryTree, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._today = today
        self.territory.choices = territory_choices(tree, "Choisir…")

    @property
    def last_day(self) -> date:
        return self.expires_on.data or self._today

    def validate_expires_on(self, field: Field) -> None:
        if field.data and (wrong := wrong_day(field.data, self._today)):
            raise ValidationError(wrong)
