"""Forms by which a bank of questions comes in. Messages are in French."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired

from app.authoring.drafts.create import TITLE_LENGTH
from app.exchange.banks.queries import BESIDE, INTO, Place
from app.exchange.banks.reading.formats import INCOMING
from app.exchange.banks.services import Destination
from app.identity.forms import Form
from app.platform.french import capital, join_words
from app.platform.web.edge import at_most, one_line

ADVISED, *OTHERS = INCOMING


class BankForm(Form):
    file = FileField(
        "Fichier de questions",
        description=f"Dans Moodle : « Banque de questions », puis « Exporter », au format « {ADVISED.label} ». "
        f"{join_words([each.label for each in OTHERS])} se lisent aussi. 10 Mo au plus.",
        render_kw={"accept": ",".join(dict.fromkeys(extension for each in INCOMING for extension in each.extensions))},
    )
    pasted = TextAreaField(
        "Ou questions copiées",
        description=f"{capital(join_words([each.copied for each in INCOMING if each.copied], 'ou'))}, tel que reçu dans un courriel.",
        render_kw={"rows": 8},
    )


class TakeForm(Form):
    place = SelectField("Où vont les questions", validators=[InputRequired("Choisissez où vont les questions.")])
    title = StringField(
        "Titre du quiz nouveau",
        description="Sans titre, celui de la première catégorie.",
        filters=[one_line],
        validators=[at_most(TITLE_LENGTH)],
    )
    by_category = BooleanField(
        "Un quiz par catégorie", description="Chacun prend le nom de sa catégorie ; le premier devient le quiz de la leçon, si elle n’en a pas."
    )

    def validate_by_category(self, field: BooleanField) -> None:
        if field.data and (self.place.data or "").startswith(INTO):
            raise ValidationError("Un quiz qui existe n’en fait pas plusieurs : décochez cette case, ou choisissez une leçon ou un module.")

    def offer(self, places: Iterable[Place]) -> None:
        groups: dict[str, list[SelectChoice]] = {}
        for group, value, words in places:
            groups.setdefault(group or "", []).append(SelectChoice(value, words))
        self.place.choices = {"": [SelectChoice("", "Choisir")], **groups}

    @property
    def destination(self) -> Destination:
        place = self.place.data or ""
        if place.startswith(INTO):
            return Destination(quiz_id=place.removeprefix(INTO))
        return Destination(home_id=place.removeprefix(BESIDE), title=self.title.data or "", by_category=self.by_category.data)
