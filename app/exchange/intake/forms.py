"""The forms of an import: what is given, and where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older

from app.authoring.drafts.create import TITLE_LENGTH
from app.exchange.banks.services import BESIDE, INTO, Destination, Place
from app.identity.forms import Form
from app.platform.web.edge import at_most, one_line

ACCEPTED = ".docx,.odt,.md,.markdown,.txt,.html,.htm,.gift,.xml,.mbz,.zip"


class GiveForm(Form):
    files = MultipleFileField(
        "Fichiers",
        description="Word, LibreOffice, texte, Markdown, page web, Moodle (XML, GIFT, Aiken, .mbz), .zip. 15 Mo au plus, 60 pour un .zip.",
        render_kw={"accept": ACCEPTED, "data-drop": ""},
    )
    pasted = TextAreaField(
        "Ou texte copié",
        description="Titres, tableaux, couleurs et liens sont repris.",
        render_kw={"rows": 4, "data-word-paste": ""},
    )
    html = HiddenField()


class TakeForm(Form):
    """`lesson`, `loose`: whether a lesson, or questions without one, wait for a place. `titled`: one source, which a title may name."""

    module = SelectField("Module de la leçon", validate_choice=False)
    place = SelectField("Où vont les questions", validate_choice=False)
    title = StringField("Titre", filters=[one_line], validators=[at_most(TITLE_LENGTH)])
    by_category = BooleanField(
        "Un quiz par catégorie", description="Chacun prend le nom de sa catégorie ; le premier devient le quiz de la leçon, si elle n’en a pas."
    )
    lesson = loose = False
    modules: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    def offer(self, modules: Mapping[str, tuple[str, str]], places: Iterable[Place]) -> None:
        places = list(places)
        self.modules, self.places = frozenset(modules), frozenset(value for _, value, _ in places)
        self.module.choices = [SelectChoice("", "Choisir"), *(SelectChoice(identifier, title) for identifier, (title, _) in modules.items())]
        groups: dict[str, list[SelectChoice]] = {}
        for group, value, words in places:
            groups.setdefault(group or "", []).append(SelectChoice(value, words))
        self.place.choices = {"": [SelectChoice("", "Choisir")], **groups}

    def validate_module(self, field: SelectField) -> None:
        if self.lesson and not (field.data and field.data in self.modules):
            raise ValidationError("Choisissez le module de la leçon.")

    def validate_place(self, field: SelectField) -> None:
        if self.loose and not (field.data and field.data in self.places):
            raise ValidationError("Choisissez où vont les questions.")

    def validate_by_category(self, field: BooleanField) -> None:
        if field.data and (self.place.data or "").startswith(INTO):
            raise ValidationError("Un quiz qui existe n’en fait pas plusieurs : décochez cette case, ou choisissez une leçon ou un module.")

    @property
    def destination(self) -> Destination:
        place = self.place.data or ""
        if place.startswith(INTO):
            return Destination(quiz_id=place.removeprefix(INTO))
        return Destination(home_id=place.removeprefix(BESIDE), title=self.title.data or "", by_category=self.by_category.data)
