"""« Le site »: what an administrator sets of it, as one form with a preview, its logo, and the history of its changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Protocol

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, NumberRange

from app.content.rendering import page as notice
from app.content.rendering.sheet import colours_of
from app.content.store import disk
from app.content.store.queries import course
from app.content.values.addresses import media_name
from app.content.values.course import Course, CourseHistory
from app.identity import audit
from app.identity.forms import Form
from app.identity.models import Person
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock, hooks
from app.platform import site as sites
from app.platform.colours import Colour, read_colour, refusal
from app.platform.db import db
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.site import SiteRevision
from app.platform.site_rules import SETTINGS, UNTOLD, Choice, Days, Line, LineColours, Number, Site, SiteSetting, Text, read_days
from app.platform.storage import places
from app.platform.web.edge import at_most, one_line
from app.platform.web.endpoints import page

# --- What differs between two versions, in words ---
# Pure.


class SiteChange(Struct, frozen=True):
    label: str
    before: str
    after: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[SiteChange]:
    """Lists the settings that differ between two stored versions, in the order of the form."""
    for key, one in SETTINGS.items():
        if before.get(key) != after.get(key):
            default = one.to_json(getattr(UNTOLD, key))
            yield SiteChange(one.briefly or one.title, *(one.in_words(values.get(key, default)) for values in (before, after)))


# --- What the pages receive ---


class SitePreview(Struct, frozen=True):
    """How the site would say it."""

    site: Site
    footer: str
    subject: str
    lines: tuple[tuple[str, Colour], ...]
    legal: Markup
    accessibility: Markup


class HistoryRow(Struct, frozen=True):
    at: datetime
    author: str
    changes: tuple[SiteChange, ...]


def preview(course: Course, site: Site, on: date) -> SitePreview:
    names = {line.id: line.name for line in course.lines}
    drawn = tuple((names[line], colour) for line, colour in colours_of(course.lines, site.colours).items())
    footer = f"{site.name}, {site.tagline or course.cover.title}"
    return SitePreview(
        site,
        footer,
        f"{site.name} : votre invitation",
        drawn,
        notice.render_notice(course, site.legal, on),
        notice.render_notice(course, site.accessibility, on),
    )


def revisions(session: Session) -> tuple[HistoryRow, ...]:
    """The newest first."""
    query = select(SiteRevision, Person.name).outerjoin(Person, Person.id == SiteRevision.author_id).order_by(SiteRevision.id)
    rows = [(row.created_at, name or "mise à niveau du logiciel", row.values) for row, name in session.execute(query)]
    values = [{}, *(each for _, _, each in rows)]
    found = [HistoryRow(at, name, tuple(changes(*pair))) for (at, name, _), pair in zip(rows, pairwise(values), strict=True)]
    return tuple(reversed(found))


# --- The forms, whose messages are in French ---

COLOUR = 40
"""Characters."""


def _field_of(setting: SiteSetting) -> Any:
    """The field of a declaration of `platform.site_rules`; a course's colours have one for each of its lines (`form_of`)."""
    known: dict[str, Any] = {"label": setting.title, "description": setting.help}
    match setting:
        case Line():
            needed = [DataRequired(setting.needed)] if setting.needed else []
            return StringField(**known, filters=[one_line], validators=[*needed, at_most(setting.most)])
        case Text():
            return TextAreaField(**known, filters=[_lines], validators=[at_most(setting.most), _check_notice], render_kw={"rows": setting.rows})
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


def _check_notice(_form: Any, field: Field) -> None:
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


def form_of(lines: Sequence[CourseHistory], site: Site) -> SiteForm:
    """The form: a field for each setting that is chosen there, and one of colours for each line of the course, holding what is set."""
    shown = {name: one for name, one in SETTINGS.items() if one.group and sites.offers(one.feature) and not isinstance(one, LineColours)}
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


# --- `/administration/site` ---

blueprint = Blueprint("about", __name__, url_prefix="/administration/site")


class AboutPage(Struct, frozen=True):
    form: SiteForm
    preview: SitePreview | None


@blueprint.route("", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def settings() -> ResponseReturnValue:
    """« Aperçu » shows what would be kept, and keeps nothing."""
    published, before = course(db.session), sites.typed_site(db.session)
    form = form_of(published.lines, before)
    good = form.validate_on_submit()
    if good and "preview" not in request.form and save_site(form, before, form.site(before)):
        flash("Les réglages du site sont enregistrés.", "success")
        db.session.commit()
        return redirect(url_for("about.settings"), 303)
    shown = preview(published, form.site(before), day_of(clock.now())) if good else None
    return render_template("administration/about/settings.html", page=AboutPage(form, shown)), form.status


class VersionedForm(Protocol):
    """A form of this page or of a neighbour's: it says which version its author had read."""

    version: HiddenField

    def accept(self, work: Callable[[], SiteRevision]) -> SiteRevision | None: ...


def save_site(form: VersionedForm, before: Site, after: Site) -> bool:
    """False where somebody saved meanwhile: the form says so, and is sent again upon what they saved."""
    now, person = clock.now(), current_person()
    read = form.version.data or ""
    follows = int(read) if read.isdecimal() else before.version
    row = form.accept(lambda: sites.save(db.session, after, follows, person.id, now))
    if row is None:
        form.version.data = str(sites.newest_version(db.session))
        return False
    audit.record(db.session, person.id, "site_changed", None, now)
    return True


@blueprint.route("/logo", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def logo() -> ResponseReturnValue:
    """The picture is written again, as those of lessons are, while no transaction is open."""
    before = sites.typed_site(db.session)
    form = LogoForm(data={"version": str(before.version)})
    if form.validate_on_submit() and _save_logo(form, before):
        flash("Le logo est enregistré.", "success")
        db.session.commit()
        return redirect(url_for("about.logo"), 303)
    return render_template("administration/about/logo.html", page=form), form.status


def _save_logo(form: LogoForm, before: Site) -> bool:
    name = ""
    if not form.remove.data:
        db.session.rollback()
        picture = form.accept(lambda: hooks.picture_writer.here()(form.file.data.filename, form.file.data.stream.read()), form.file)
        if picture is None:
            return False
        digest = form.accept(lambda: disk.store(places.media(current_settings()), picture.name, picture.data), form.file)
        if digest is None:
            return False
        name = media_name(picture.name, digest)
    return save_site(form, before, replace(before, logo=name))


@blueprint.get("/historique")
@page(who=ADMINISTRATORS)
def history() -> str:
    return render_template("administration/about/history.html", page=revisions(db.session))
