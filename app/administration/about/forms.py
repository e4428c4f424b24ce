"""What is typed of the site. Messages are in French."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from msgspec.structs import replace
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, NumberRange

from app.content.rendering import notice
from app.content.values.cover import CourseHistory as CourseLine
from app.identity.forms import Form
from app.platform.colours import Colour, read_colour, refusal
from app.platform.site.rules import SETTINGS, Choice, Days, Line, LineColours, Number, Setting, Site, Text, read_days
from app.platform.web.edge import at_most, one_line

COLOUR = 40
"""Characters."""


def _field_of(setting: Setting) -> Any:
    """The field of a declaration of `platform.site.rules`; a course's colours have one for each of its lines (`form_of`)."""
    known: dict[str, Any] = {"label": setting.title, "description": setting.help}
    match setting:
        case Line():
            needed = [DataRequired(setting.needed)] if setting.needed else []
            return StringField(**known, filters=[one_line], validators=[*needed, at_most(setting.most)])
        case Text():
            return TextAreaField(**known, filters=[_lines], validators=[at_most(setting.most), _checked], render_kw={"rows": setting.rows})
        case Days():
            return TextAreaField(**known, filters=[_lines], validators=[at_most(setting.most), _are_days], render_kw={"rows": setting.rows})
        case Choice():
            return SelectField(**known, choices=[SelectChoice(*each) for each in setting.choices.items()])
        case Number(least=least, most=most):
            bounds = NumberRange(least, most, f"Donnez un nombre de {least} à {most}.")
            return IntegerField(**known, validators=[InputRequired(setting.needed), bounds])
    raise TypeError(f"no field for a setting of this kind: {type(setting).__name__}")


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _checked(_form: Any, field: Field) -> None:
    found = notice.problems(field.data or "")
    if found:
        raise ValidationError(f"Ligne {found[0].line} : {found[0].message} {found[0].hint}".strip())


def _are_days(_form: Any, field: Field) -> None:
    _, sentence = read_days(field.data or "")
    if sentence:
        raise ValidationError(sentence)


class SiteForm(Form):
    """Its fields are those of `form_of`."""

    version = HiddenField()

    def site(self, before: Site) -> Site:
        """Returns the site with the values of this form; what the form does not hold is unchanged."""
        typed = {name: one.from_field(self[name].data, getattr(before, name)) for name, one in SETTINGS.items() if name in self}
        return replace(before, colours={field.line: field.colour for field in self.colour_fields if field.colour}, **typed)

    @property
    def colour_fields(self) -> list[ColourField]:
        return [field for field in self if isinstance(field, ColourField)]

    @property
    def groups(self) -> dict[str, list[Field]]:
        """Heading → its fields, in the order of the page."""
        found: dict[str, list[Field]] = {}
        for name, one in SETTINGS.items():
            fields = self.colour_fields if isinstance(one, LineColours) else [self[name]] if name in self else []
            if fields:
                found.setdefault(one.group, []).extend(fields)
        return found


class LogoForm(Form):
    version = HiddenField()
    file = FileField(
        "Image", description="PNG, JPEG, WebP ou GIF fixe, 2 Mo au plus. Seule son image est gardée.", render_kw={"accept": ".png,.jpg,.jpeg,.webp,.gif"}
    )
    remove = BooleanField("Revenir au signe du logiciel")

    def validate_file(self, field: Field) -> None:
        if not self.remove.data and not (field.data and field.data.filename):
            raise ValidationError("Choisissez une image.")


class ColourField(StringField):
    """Two colours, « #a63d17 / #f0966f »: by day, by night. Empty: the course's."""

    line = ""

    @property
    def colour(self) -> Colour | None:
        light, _, dark = (self.data or "").partition("/")
        pair = read_colour(light), read_colour(dark)
        return Colour(*pair) if all(pair) else None

    def pre_validate(self, form: Any) -> None:
        if not (self.data or "").strip():
            return
        if self.colour is None:
            raise ValidationError("Écrivez deux couleurs, en clair puis en sombre : #a63d17 / #f0966f.")
        if sentence := refusal(self.colour):
            raise ValidationError(sentence)


def form_of(lines: Sequence[CourseLine], site: Site) -> SiteForm:
    """The form: a field for each setting that is chosen there, and one of colours for each line of the course, holding what is set."""
    shown = {name: one for name, one in SETTINGS.items() if one.group and not isinstance(one, LineColours)}
    fields = {name: _field_of(one) for name, one in shown.items()}
    data = {name: one.to_field(getattr(site, name)) for name, one in shown.items()} | {"version": str(site.version)}
    for number, line in enumerate(lines, 1):
        usual = f"Vide : celles du cours, {line.colour.light} / {line.colour.dark}."
        fields[f"colour_{number}"] = ColourField(f"Couleurs : {line.name}", description=usual, validators=[at_most(COLOUR)])
        if chosen := site.colours.get(line.id):
            data[f"colour_{number}"] = f"{chosen.light} / {chosen.dark}"
    form: SiteForm = type("Whole", (SiteForm,), fields)(data=data)
    for number, line in enumerate(lines, 1):
        form[f"colour_{number}"].line = line.id
    return form
