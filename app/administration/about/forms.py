"""What is typed of the site. Messages are in French."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField
from msgspec.structs import replace
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, NumberRange

from app.content.rendering import notice
from app.content.values.cover import Line
from app.identity.forms import Form
from app.platform.colours import Colour, read_colour, refusal
from app.platform.site.rules import REGIONS, TEXTS, ZONES, Site, read_days
from app.platform.web.edge import at_most, one_line

MOST_DAYS = 30
NAME, SHORT, LINE, TEXT, COLOUR, DAYS = 60, 20, 200, 20_000, 40, 2_000
"""Characters."""
TYPED = tuple(name for name in TEXTS if name != "logo")


def _line(label: str, description: str = "", most: int = LINE, *validators: Any) -> StringField:
    return StringField(label, description=description, filters=[one_line], validators=[*validators, at_most(most)])


def _text(label: str, description: str, most: int = TEXT) -> TextAreaField:
    return TextAreaField(label, description=description, filters=[lambda text: (text or "").replace("\r\n", "\n").strip()], validators=[at_most(most)])


class SiteForm(Form):
    version = HiddenField()
    name = _line("Nom du site", "En tête de chaque page, dans les courriels et sur les attestations.", NAME, DataRequired("Donnez un nom."))
    short_name = _line("Nom court", "Sous l’icône, sur l’écran d’un téléphone.", SHORT, DataRequired("Donnez un nom court."))
    tagline = _line("Ce que c’est", "Après le nom, au pied de chaque page. Vide : le titre du cours.")
    publisher = _line("Éditeur", "L’organisme qui répond du site, et qui délivre les attestations.")
    director = _line("Responsable de la publication", "Son nom et sa qualité : la loi les demande.")
    host = _line("Hébergeur", "Son nom, son adresse et son téléphone.")
    contact = _line("Contact", "À qui demander un compte, ou de l’aide : un service, une adresse.")
    legal = _text("Autres mentions légales", "En Markdown, comme une leçon. Ajouté à la page « Mentions légales ».")
    accessibility = _text("Accessibilité : qui répond", "En Markdown. Qui publie la déclaration, à qui écrire si une page résiste.")
    time_zone = SelectField(
        "Heure", description="Celle des dates montrées, des rappels et des échéances.", choices=[SelectChoice(*each) for each in ZONES.items()]
    )
    region = SelectField("Jours fériés", description="Aucun rappel ne part ces jours-là.", choices=[SelectChoice(*each) for each in REGIONS.items()])
    days_off = _text("Autres jours sans envoi", "Un jour par ligne, par exemple 02/01/2027.", DAYS)

    answer_days = IntegerField(
        "Réponse promise à une question",
        description=f"En jours ouvrés, de 1 à {MOST_DAYS} : qui pose une question lit pour quel jour la réponse lui est promise.",
        validators=[InputRequired("Donnez un nombre de jours."), NumberRange(1, MOST_DAYS, f"Donnez un nombre de 1 à {MOST_DAYS}.")],
    )

    def validate_legal(self, field: Field) -> None:
        _checked(field)

    def validate_accessibility(self, field: Field) -> None:
        _checked(field)

    def validate_days_off(self, field: Field) -> None:
        _, sentence = read_days(field.data or "")
        if sentence:
            raise ValidationError(sentence)

    def site(self, before: Site) -> Site:
        """As typed; what is not in this form stays."""
        typed: dict[str, Any] = {name: self[name].data or "" for name in TYPED}
        days, _ = read_days(self.days_off.data or "")
        return replace(before, days_off=days, answer_days=self.answer_days.data or before.answer_days, colours=self.colours(), **typed)

    def colours(self) -> dict[str, Colour]:
        return {field.line: field.colour for field in self.colour_fields if field.colour}

    @property
    def colour_fields(self) -> list[ColourField]:
        return [field for field in self if isinstance(field, ColourField)]


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


def form_of(lines: Sequence[Line], site: Site) -> SiteForm:
    """The form with a field of colours for each line of the course, holding what is set."""

    class Whole(SiteForm):
        pass

    for number, line in enumerate(lines, 1):
        shown = f"{line.colour.light} / {line.colour.dark}"
        setattr(
            Whole, f"colour_{number}", ColourField(f"Couleurs : {line.name}", description=f"Vide : celles du cours, {shown}.", validators=[at_most(COLOUR)])
        )
    form = Whole(data=_typed(lines, site))
    for number, line in enumerate(lines, 1):
        form[f"colour_{number}"].line = line.id
    return form


def _typed(lines: Sequence[Line], site: Site) -> Mapping[str, Any]:
    colours = {
        f"colour_{number}": f"{site.colours[line.id].light} / {site.colours[line.id].dark}" for number, line in enumerate(lines, 1) if line.id in site.colours
    }
    days = "\n".join(f"{day:%d/%m/%Y}" for day in site.days_off)
    return {name: getattr(site, name) for name in TYPED} | colours | {"days_off": days, "answer_days": site.answer_days, "version": str(site.version)}


def _checked(field: Field) -> None:
    found = notice.problems(field.data or "")
    if found:
        raise ValidationError(f"Ligne {found[0].line} : {found[0].message} {found[0].hint}".strip())
