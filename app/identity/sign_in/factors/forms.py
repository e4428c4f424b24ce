"""What is typed of factors."""

from __future__ import annotations

from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired

from app.identity.forms import Form, Limited
from app.identity.rules import NAME_LENGTH
from app.platform.web.edge import at_most, one_line

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


def _unspaced(text: str | None) -> str:
    return "".join((text or "").split())


class VerifyForm(Limited, Form):
    """A code of the application or a printed one, or what a passkey answered."""

    code = StringField("Votre code", filters=[_unspaced], validators=[at_most(60)], render_kw=_CODE)
    credential = HiddenField()

    def __init__(self) -> None:
        super().__init__()
        self.code.flags.required = True  # on its own form: a key's has no such field

    @property
    def by_key(self) -> bool:
        return bool(self.credential.data)

    def validate(self, **kwargs: object) -> bool:
        if not super().validate(**kwargs):
            return False
        if not (self.by_key or self.code.data):
            self.code.errors = ["Saisissez le code."]
        return not self.code.errors


class ApplicationForm(Form):
    code = StringField(
        "Code à six chiffres",
        filters=[_unspaced],
        validators=[DataRequired("Saisissez le code que montre l’application."), at_most(20)],
        render_kw={**_CODE, "inputmode": "numeric"},
    )


class KeyForm(Form):
    name = StringField(
        "Nom de cette clé",
        description="Pour la reconnaître plus tard, par exemple « mon téléphone ».",
        filters=[one_line],
        validators=[DataRequired("Donnez-lui un nom."), at_most(NAME_LENGTH)],
    )
    credential = HiddenField()
