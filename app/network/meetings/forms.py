"""What is typed to prepare a meeting, to cancel one, to say that one is there. Messages are in French."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Field, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField, TimeField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from app.content.rendering import page
from app.content.values.course import Course
from app.identity.forms import Form
from app.identity.rules import ADDRESS_LENGTH
from app.identity.territories import territory_tree
from app.network.meetings.models import Meeting
from app.network.meetings.rules import LINE_LENGTH, LINK_LENGTH, MOST_PLACES, PLACE_LENGTH, TEXT_LENGTH, TITLE_LENGTH, WORD_LENGTH
from app.network.meetings.steps import lessons_of
from app.platform.french import day_of, zone
from app.platform.web.edge import DayField, at_most, one_line, readable_address
from app.record.progress.models import Cohort


def _plain(text: str | None) -> str:
    """Lines as everybody ends them, no blank at the ends."""
    return (text or "").replace("\r\n", "\n").strip()


def _boxes(label: str, **details: Any) -> SelectMultipleField:
    return SelectMultipleField(label, option_widget=CheckboxInput(), **details)


class HourField(TimeField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Indiquez une heure, par exemple 09:30.") from None


def _text(label: str, description: str, rows: int, length: int = TEXT_LENGTH) -> TextAreaField:
    return TextAreaField(label, description=description, filters=[_plain], validators=[at_most(length)], render_kw={"rows": rows})


class MeetingForm(Form):
    title = StringField("Titre", filters=[one_line], validators=[DataRequired("Donnez un titre."), at_most(TITLE_LENGTH)])
    day = DayField("Jour", validators=[InputRequired("Indiquez le jour.")])
    begins = HourField("De", validators=[InputRequired("Indiquez l’heure du début.")])
    ends = HourField("À", validators=[InputRequired("Indiquez l’heure de la fin.")])
    last_day = DayField("Dernier jour", description="Si la rencontre dure plus d’un jour.", validators=[Optional()])
    place = StringField(
        "Lieu", description="Une adresse complète, ou rien pour une rencontre à distance.", filters=[one_line], validators=[at_most(PLACE_LENGTH)]
    )
    link = StringField(
        "Lien de la visioconférence",
        description="Montré seulement aux personnes inscrites.",
        filters=[one_line],
        validators=[at_most(LINK_LENGTH)],
        render_kw={"inputmode": "url"},
    )
    themes = StringField("Thèmes", description="Séparés par des virgules.", filters=[one_line], validators=[at_most(LINE_LENGTH)])
    speakers = StringField("Intervenants", description="Noms et fonctions.", filters=[one_line], validators=[at_most(LINE_LENGTH)])
    programme = _text("Programme", "En Markdown, comme une leçon : titres à partir de « ### », listes, liens.", 8)
    places = IntegerField(
        "Nombre de places",
        description="Rien : autant que de personnes. Au-delà, une liste d’attente.",
        validators=[Optional(), NumberRange(1, MOST_PLACES, f"Un nombre de 1 à {MOST_PLACES}, ou rien.")],
        render_kw={"inputmode": "numeric"},
    )
    element_id = SelectField("Étape d’un parcours", description="Être présent la termine. Une leçon devient une telle étape par « achèvement : présence ».")
    territories = _boxes("Territoires", description="Avec tout ce qui s’y trouve. Rien de coché, ni ici ni dans les cohortes : tout le réseau.")
    cohorts = _boxes("Cohortes", coerce=int)
    documents = _boxes("Documents de la bibliothèque")
    synthesis = _text("Synthèse", "En Markdown, après la rencontre : ce qui s’y est dit.", 10)
    edition = HiddenField()

    def __init__(self, session: Session, published: Course, row: Meeting | None = None) -> None:
        super().__init__(data=_of(row))
        counted = [SelectChoice(lesson.id, lesson.title) for lesson in lessons_of(published)]
        gone = [SelectChoice(row.element_id, "une étape retirée du cours")] if row and row.element_id and row.element_id not in published.lessons else []
        self.element_id.choices = [SelectChoice("", "aucune"), *counted, *gone]
        tree = territory_tree(session)
        self.territories.choices = [SelectChoice(each, tree.path_name(each)) for each in tree.nodes]
        self.cohorts.choices = [SelectChoice(number, name) for number, name in session.execute(select(Cohort.id, Cohort.name).order_by(Cohort.name))]
        self.documents.choices = [SelectChoice(each.id, each.title) for each in published.library.documents]

    def validate_link(self, field: Field) -> None:
        address = field.data or ""
        if address and not (address.startswith(("https://", "http://")) and readable_address(address) and " " not in address):
            raise ValidationError("Une adresse qui commence par « https:// », ou rien.")
        if not address and not self.place.data:
            raise ValidationError("Indiquez un lieu, un lien, ou les deux.")

    def validate_ends(self, field: Field) -> None:
        if (
            self.day.data
            and self.begins.data
            and field.data
            and self._at(self.last_day.data or self.day.data, field.data) <= self._at(self.day.data, self.begins.data)
        ):
            raise ValidationError("La fin vient après le début.")

    def validate_last_day(self, field: Field) -> None:
        if self.day.data and field.data and not 0 <= (field.data - self.day.data).days <= 14:
            raise ValidationError("Le dernier jour vient après le premier, dans les deux semaines.")

    def validate_programme(self, field: Field) -> None:
        _check(field)

    def validate_synthesis(self, field: Field) -> None:
        _check(field)

    @staticmethod
    def _at(day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, zone())

    def values(self) -> dict[str, Any]:
        """The columns of a meeting, once the form is valid."""
        same = ("place", "link", "themes", "speakers", "programme", "synthesis", "places", "territories", "cohorts", "documents", "element_id")
        first = self.day.data or date.min
        moments = {"starts_at": self._at(first, self.begins.data or time.min), "ends_at": self._at(self.last_day.data or first, self.ends.data or time.max)}
        return {"title": self.title.data or "", **moments, **{name: self[name].data for name in same}}

    @property
    def read_edition(self) -> int:
        edition = self.edition.data or ""
        return int(edition) if edition.isascii() and edition.isdigit() else -1


def _check(field: Field) -> None:
    """The first fault of a text, with its line."""
    fault = next(iter(page.problems(field.data or "")), None)
    if fault:
        raise ValidationError(f"Ligne {fault.line} : {fault.message} {fault.hint}")


def _of(row: Meeting | None) -> dict[str, Any]:
    if row is None:
        return {"edition": "0"}
    begins, ends = (moment.astimezone(zone()) for moment in (row.starts_at, row.ends_at))
    last = ends.date() if day_of(row.ends_at) != day_of(row.starts_at) else None
    same = ("title", "place", "link", "themes", "speakers", "programme", "synthesis", "places", "territories", "cohorts", "documents", "element_id")
    hours = {"day": begins.date(), "begins": begins.time(), "ends": ends.time(), "last_day": last}
    return {**hours, "edition": str(row.edition), **{name: getattr(row, name) for name in same}}


class CancelForm(Form):
    reason = TextAreaField(
        "Votre mot",
        description="Les personnes inscrites le liront dans leur courriel.",
        filters=[_plain],
        validators=[at_most(WORD_LENGTH)],
        render_kw={"rows": 3},
    )


class CodeForm(Form):
    code = StringField(
        "Code affiché dans la salle",
        description="Six chiffres.",
        filters=[one_line],
        validators=[DataRequired("Recopiez le code affiché."), at_most(20)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class AddressForm(Form):
    address = StringField(
        "Adresse de courriel",
        description="D’une personne venue sans s’être inscrite.",
        filters=[one_line],
        validators=[DataRequired("Indiquez son adresse."), at_most(ADDRESS_LENGTH)],
        render_kw={"autocomplete": "off", "type": "email"},
    )
