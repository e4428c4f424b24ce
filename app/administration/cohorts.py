"""Cohorts: who takes a path together, from when to when, towards which goal; their move to a path's new version; their pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from wtforms import Field, IntegerField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from app.administration.accounts.queries import holding
from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.paths import element_of
from app.identity import audit
from app.identity.forms import Form
from app.identity.models import Person
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.french import fold
from app.platform.web.edge import DayField, at_most, bounded_int, one_line, searched_words
from app.platform.web.endpoints import act, page
from app.record.enrolment import join as join_cohort
from app.record.enrolment import path_of, paths, take_news_in
from app.record.everybody import AllStandings
from app.record.figures import store
from app.record.progress.models import COHORT_NAME_LENGTH, Cohort, CohortMember
from app.record.progress.queries import path_progress_of, stored_demands

# --- Reading and changing cohorts ---
# Flushes, never commits.

MOST_FOUND = 50


class NameTaken(DomainError):
    sentence = "Une cohorte porte déjà ce nom."


class CohortRow(Struct, frozen=True):
    id: int
    name: str
    path: str
    starts_on: date
    due_on: date | None
    learners: int
    trainers: int


class Member(Struct, frozen=True):
    id: int
    name: str
    email: str
    active: bool


class CohortCard(Struct, frozen=True):
    id: int
    name: str
    path: str
    starts_on: date
    due_on: date | None
    learners: tuple[Member, ...]
    trainers: tuple[Member, ...]


class CohortTarget(Struct, frozen=True):
    """A goal of a cohort: how many people should have finished by which day."""

    people: int
    on: date


class Effect(Struct, frozen=True):
    """What the new version would add to one learner's set. `before` and `after`: elements done and asked for."""

    person_id: int
    name: str
    before: str
    after: str
    added: tuple[str, ...]


def cohort_rows(session: Session, course: Course) -> tuple[CohortRow, ...]:
    counts = {(number, trainer): count for number, trainer, count in session.execute(
        select(CohortMember.cohort_id, CohortMember.trainer, func.count()).group_by(CohortMember.cohort_id, CohortMember.trainer)
    )}  # fmt: skip
    found = session.scalars(select(Cohort).order_by(Cohort.starts_on.desc(), Cohort.name))
    return tuple(
        CohortRow(row.id, row.name, _title(course, row), row.starts_on, row.due_on, counts.get((row.id, False), 0), counts.get((row.id, True), 0))
        for row in found
    )


def cohort_card(session: Session, course: Course, row: Cohort) -> CohortCard:
    query = (
        select(Person.id, Person.name, Person.email, Person.active, CohortMember.trainer)
        .join(CohortMember, CohortMember.person_id == Person.id)
        .where(CohortMember.cohort_id == row.id)
    )
    rows = sorted(session.execute(query), key=lambda member: fold(member[1]))
    members = {trainer: tuple(Member(*member[:4]) for member in rows if member[4] is trainer) for trainer in (False, True)}
    return CohortCard(row.id, row.name, _title(course, row), row.starts_on, row.due_on, members[False], members[True])


def _title(course: Course, row: Cohort) -> str:
    path = path_of(course, row.path_id)
    return path.title if path else row.path_id


def candidates(session: Session, row: Cohort, text: str) -> tuple[Member, ...]:
    """Open accounts outside the cohort whose name or address holds every word; nobody for an empty search."""
    words = holding(text)
    if not words:
        return ()
    inside = select(CohortMember.person_id).where(CohortMember.cohort_id == row.id)
    query = select(Person.id, Person.name, Person.email, Person.active).where(Person.active, Person.id.not_in(inside), *words)
    return tuple(Member(*found) for found in session.execute(query.order_by(Person.search_key, Person.id).limit(MOST_FOUND)))


def own_cohort(session: Session, cohort_id: int) -> Cohort:
    row = session.get(Cohort, cohort_id)
    if row is None:
        raise NotYours
    return row


def save(
    session: Session,
    row: Cohort | None,
    *,
    name: str,
    path_id: str,
    starts_on: date,
    due_on: date | None,
    actor_id: int,
    now: datetime,
    target: CohortTarget | None = None,
) -> Cohort:
    """Create a cohort, or change one. Raises NameTaken."""
    other = session.scalar(select(Cohort.id).where(Cohort.name == name))
    if other is not None and (row is None or other != row.id):
        raise NameTaken
    act = "cohort_changed" if row else "cohort_created"
    row = row or Cohort()
    row.name, row.path_id, row.starts_on, row.due_on = name, path_id, starts_on, due_on
    row.target_people, row.target_on = (target.people, target.on) if target else (None, None)
    session.add(row)
    session.flush()
    audit.record(session, actor_id, act, None, now, cohorte=row.id)
    return row


def take_out(session: Session, row: Cohort, person_id: int, *, actor_id: int, now: datetime) -> None:
    """Take one person out. What they did, and their enrolment, stay."""
    gone = session.scalars(
        delete(CohortMember).where(CohortMember.cohort_id == row.id, CohortMember.person_id == person_id).returning(CohortMember.person_id)
    ).all()
    if gone:
        store.forget(session, gone)
        audit.record(session, actor_id, "cohort_left", person_id, now, cohorte=row.id)


def effects_of_move(session: Session, course: Course, row: Cohort) -> tuple[Effect, ...]:
    """Returns what changes for each learner who would have more to do, and their new « done of required »."""
    names = {member.id: member.name for member in cohort_card(session, course, row).learners}
    effects = {}
    for person in AllStandings(session, None, names).standings(course, stored_demands(session)):
        added = [item.element_id for item in person.news if item.added]
        if person.path.id == row.path_id and added:
            progress = person.path_progress()
            before, after = (f"{progress.done} sur {required}" for required in (progress.required, progress.required + len(added)))
            titles = tuple(element.title if (element := element_of(course, number)) else number for number in added)
            effects[person.person_id] = Effect(person.person_id, names[person.person_id], before, after, titles)
    return tuple(effects[number] for number in names if number in effects)


def move_to_new_version(session: Session, course: Course, row: Cohort, *, actor_id: int, now: datetime) -> int:
    """Take the news in for each learner of the cohort. Returns for how many. A repeat changes nothing."""
    concerned = effects_of_move(session, course, row)
    for effect in concerned:
        take_news_in(session, path_progress_of(session, course, effect.person_id), now)
    if concerned:
        audit.record(session, actor_id, "cohort_moved", None, now, cohorte=row.id, personnes=[effect.person_id for effect in concerned])
    return len(concerned)


# --- `/administration/cohortes`: the list, one cohort, its people, its move to the new version of its path ---

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
        page = CohortsPage(cohort_rows(db.session, published), form)
        return render_template("administration/cohorts/cohorts.html", page=page), form.status
    flash("La cohorte est créée.", "success")
    db.session.commit()
    return redirect(url_for("cohorts.cohort", cohort_id=row.id), 303)


def _save_cohort(form: CohortForm, row: Cohort | None) -> Cohort | None:
    """The cohort as typed; None when its name was refused, which the form then says."""
    if form.starts_on.data is None:
        return None
    values = {"name": form.name.data or "", "path_id": form.path.data, "starts_on": form.starts_on.data, "due_on": form.due_on.data, "target": form.target}
    return form.accept(lambda: save(db.session, row, actor_id=current_person().id, now=clock.now(), **values), form.name)


@blueprint.route("/<int:cohort_id>", methods=["GET", "POST"])
@page(who=ADMINISTRATORS, names_people="Liste d’une cohorte où vous figurez")
def cohort(cohort_id: int) -> ResponseReturnValue:
    row, published = own_cohort(db.session, cohort_id), course(db.session)
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
    text = searched_words()
    found = candidates(db.session, row, text)
    page = CohortPage(cohort_card(db.session, published, row), form, text, found, len(effects_of_move(db.session, published, row)))
    if not form.errors:
        shown = [member.id for member in (*page.card.learners, *page.card.trainers, *found)]
        audit.record_access(shown, "cohorts.cohort", clock.now())
    return render_template("administration/cohorts/cohort.html", page=page), form.status


@blueprint.post("/<int:cohort_id>/personnes")
@act(who=ADMINISTRATORS)
def join(cohort_id: int) -> ResponseReturnValue:
    row = own_cohort(db.session, cohort_id)
    chosen = request.form.getlist("person", type=bounded_int)
    trainer = request.form.get("as") == "trainer"
    entered = join_cohort(db.session, course(db.session), row, chosen, trainer=trainer, actor_id=current_person().id, now=clock.now())
    flash(f"Entrées dans la cohorte : {entered}.", "success")
    db.session.commit()
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), 303)


@blueprint.post("/<int:cohort_id>/sortie")
@act(who=ADMINISTRATORS)
def leave(cohort_id: int) -> ResponseReturnValue:
    row = own_cohort(db.session, cohort_id)
    take_out(db.session, row, request.form.get("person", 0, bounded_int), actor_id=current_person().id, now=clock.now())
    flash("Cette personne n’est plus dans la cohorte. Ce qu’elle a fait reste.")
    db.session.commit()
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), 303)


@blueprint.get("/<int:cohort_id>/version")
@page(who=ADMINISTRATORS)
def version(cohort_id: int) -> str:
    row, published = own_cohort(db.session, cohort_id), course(db.session)
    effects = effects_of_move(db.session, published, row)
    learners = len(cohort_card(db.session, published, row).learners)
    page = VersionPage(row.id, row.name, effects, learners - len(effects))
    audit.record_access([effect.person_id for effect in effects], "cohorts.cohort", clock.now())
    return render_template("administration/cohorts/version.html", page=page)


@blueprint.post("/<int:cohort_id>/version")
@act(who=ADMINISTRATORS)
def move(cohort_id: int) -> ResponseReturnValue:
    row = own_cohort(db.session, cohort_id)
    count = move_to_new_version(db.session, course(db.session), row, actor_id=current_person().id, now=clock.now())
    flash(f"Passées à la nouvelle version : {count}.", "success")
    db.session.commit()
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), 303)
