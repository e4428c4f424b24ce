"""`/administration/cohortes`: the list, one cohort, its people, its move to the new version of its path."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from wtforms import Field, IntegerField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from app.administration.cohorts import services
from app.administration.cohorts.services import CohortCard, CohortRow, CohortTarget, Effect, Member, NameTaken
from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.audit import access
from app.identity.forms import Form
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.web.edge import DayField, at_most, bounded_int, one_line, searched
from app.platform.web.endpoints import act, page
from app.record.cohorts import join as join_cohort
from app.record.cohorts import paths
from app.record.progress.models import COHORT_NAME_LENGTH, Cohort

blueprint = Blueprint("cohorts", __name__, url_prefix="/administration/cohortes")


class CohortForm(Form):
    name = StringField("Nom", filters=[one_line], validators=[DataRequired("Donnez un nom."), at_most(COHORT_NAME_LENGTH)])
    path = SelectField("Parcours", validators=[InputRequired("Choisissez un parcours.")])
    starts_on = DayField("Début", validators=[InputRequired("Indiquez une date de début.")])
    due_on = DayField("Échéance", validators=[Optional()])
    target_people = IntegerField(
        "Objectif : personnes qui auront terminé",
        description="Le pilotage dit où en est la cohorte. Avec un jour, ci-dessous ; ou ni l’un ni l’autre.",
        validators=[Optional(), NumberRange(1, 10_000, "Un nombre de 1 à 10 000.")],
        render_kw={"inputmode": "numeric"},
    )
    target_on = DayField("Pour le", validators=[Optional()])

    def __init__(self, published: Course, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.path.choices = [SelectChoice(path.id, path.title) for path in paths(published)]

    def validate_due_on(self, field: Field) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("L’échéance vient après le début.")

    def validate_target_on(self, field: Field) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("L’objectif est pour un jour après le début.")

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """A number without a day, or a day without a number, is no target."""
        fine = bool(super().validate(*args, **kwargs))
        if fine and (self.target_people.data is None) != (self.target_on.data is None):
            missing = self.target_on if self.target_people.data is not None else self.target_people
            missing.errors = ["Un objectif est un nombre de personnes et un jour : donnez les deux, ou aucun."]
            return False
        return fine

    @property
    def target(self) -> CohortTarget | None:
        return CohortTarget(self.target_people.data, self.target_on.data) if self.target_people.data and self.target_on.data else None


class CohortsPage(Struct, frozen=True):
    rows: tuple[CohortRow, ...]
    form: CohortForm


class CohortPage(Struct, frozen=True):
    card: CohortCard
    form: CohortForm
    text: str
    found: tuple[Member, ...]
    news: int
    """Learners whose set the new version of the path would change."""


class VersionPage(Struct, frozen=True):
    id: int
    name: str
    effects: tuple[Effect, ...]
    untouched: int


@blueprint.route("", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def index() -> ResponseReturnValue:
    published = course(db.session)
    form = CohortForm(published)
    row = _save_cohort(form, None) if form.validate_on_submit() else None
    if row is None:
        page = CohortsPage(services.cohort_rows(db.session, published), form)
        return render_template("administration/cohorts/cohorts.html", page=page), 422 if form.errors else 200
    flash("La cohorte est créée.", "success")
    db.session.commit()
    return redirect(url_for("cohorts.cohort", cohort_id=row.id), 303)


def _save_cohort(form: CohortForm, row: Cohort | None) -> Cohort | None:
    """The cohort as typed; None when its name was refused, which the form then says."""
    if form.starts_on.data is None:
        return None
    values = {"name": form.name.data or "", "path_id": form.path.data, "starts_on": form.starts_on.data, "due_on": form.due_on.data, "target": form.target}
    try:
        return services.save(db.session, row, actor_id=current_person().id, now=clock.now(), **values)
    except NameTaken as error:
        form.name.errors = [error.sentence]
        return None


@blueprint.route("/<int:cohort_id>", methods=["GET", "POST"])
@page(who=ADMINISTRATORS, names_people="Liste d’une cohorte où vous figurez")
def cohort(cohort_id: int) -> ResponseReturnValue:
    row, published = services.own_cohort(db.session, cohort_id), course(db.session)
    form = CohortForm(
        published,
        data={
            "name": row.name,
            "path": row.path_id,
            "starts_on": row.starts_on,
            "due_on": row.due_on,
            "target_people": row.target_people,
            "target_on": row.target_on,
        },
    )
    if form.validate_on_submit() and _save_cohort(form, row):
        flash("La cohorte est modifiée.", "success")
        db.session.commit()
        return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), 303)
    text = searched()
    found = services.candidates(db.session, row, text)
    page = CohortPage(services.cohort_card(db.session, published, row), form, text, found, len(services.effects(db.session, published, row)))
    if not form.errors:
        shown = [member.id for member in (*page.card.learners, *page.card.trainers, *found)]
        access.record_access(shown, "cohorts.cohort", clock.now())
    return render_template("administration/cohorts/cohort.html", page=page), 422 if form.errors else 200


@blueprint.post("/<int:cohort_id>/personnes")
@act(who=ADMINISTRATORS)
def join(cohort_id: int) -> ResponseReturnValue:
    row = services.own_cohort(db.session, cohort_id)
    chosen = request.form.getlist("person", type=bounded_int)
    trainer = request.form.get("as") == "trainer"
    entered = join_cohort(db.session, course(db.session), row, chosen, trainer=trainer, actor_id=current_person().id, now=clock.now())
    flash(f"Entrées dans la cohorte : {entered}.", "success")
    db.session.commit()
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), 303)


@blueprint.post("/<int:cohort_id>/sortie")
@act(who=ADMINISTRATORS)
def leave(cohort_id: int) -> ResponseReturnValue:
    row = services.own_cohort(db.session, cohort_id)
    services.leave(db.session, row, request.form.get("person", 0, bounded_int), actor_id=current_person().id, now=clock.now())
    flash("Cette personne n’est plus dans la cohorte. Ce qu’elle a fait reste.")
    db.session.commit()
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), 303)


@blueprint.get("/<int:cohort_id>/version")
@page(who=ADMINISTRATORS)
def version(cohort_id: int) -> str:
    row, published = services.own_cohort(db.session, cohort_id), course(db.session)
    effects = services.effects(db.session, published, row)
    learners = len(services.cohort_card(db.session, published, row).learners)
    page = VersionPage(row.id, row.name, effects, learners - len(effects))
    access.record_access([effect.person_id for effect in effects], "cohorts.cohort", clock.now())
    return render_template("administration/cohorts/version.html", page=page)


@blueprint.post("/<int:cohort_id>/version")
@act(who=ADMINISTRATORS)
def move(cohort_id: int) -> ResponseReturnValue:
    row = services.own_cohort(db.session, cohort_id)
    count = services.move_to_new_version(db.session, course(db.session), row, actor_id=current_person().id, now=clock.now())
    flash(f"Passées à la nouvelle version : {count}.", "success")
    db.session.commit()
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), 303)
