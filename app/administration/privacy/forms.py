"""The second step of an erasure: proof that the right person means it."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, Field, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired

from app.administration.models import GROUNDS, UNDONE
from app.identity.forms import Form, PasswordAgain
from app.identity.models import Person
from app.identity.rules import normalise_address


class EraseMeForm(PasswordAgain, Form):
    sure = BooleanField("J’ai compris que cet effacement est définitif", validators=[InputRequired("Cochez cette case pour confirmer.")])

    def __init__(self, person: Person, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.person = person


class ErasePersonForm(Form):
    """The address is copied by hand: two people may share a name."""

    address = StringField(
        "Adresse de courriel de la personne",
        description="Recopiez-la en entier : c’est la preuve que vous effacez la bonne personne.",
        validators=[InputRequired("Recopiez l’adresse de la personne.")],
        render_kw={"autocomplete": "off"},
    )
    ground = SelectField(
        "Motif", validators=[InputRequired("Choisissez un motif.")], choices=[SelectChoice(key, words) for key, words in GROUNDS.items() if key != UNDONE]
    )
    sure = BooleanField("J’ai compris que cet effacement est définitif", validators=[InputRequired("Cochez cette case pour confirmer.")])

    def __init__(self, person: Person, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.person = person

    def validate_address(self, field: Field) -> None:
        if normalise_address(field.data or "") != self.person.email:
            raise ValidationError("Ce n’est pas l’adresse de cette personne.")
