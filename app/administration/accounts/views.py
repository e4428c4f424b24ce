"""`/administration` and its people: the list, one person's page, and what is done to an account. Responsables see their scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from wtforms import Form as PlainForm

from app.administration.accounts import invitations, queries, services
from app.administration.accounts.forms import DetailsForm, MoveForm, RolesForm
from app.administration.accounts.queries import Filter, PersonCard
from app.administration.first_steps import FirstStep, first_steps
from app.identity import audit
from app.identity.emails import waiting_count
from app.identity.models import Person
from app.identity.rules import ADMINISTRATORS, MANAGERS, SIDE_LABELS, Role, is_made_up
from app.identity.services import AddressInvalid, AddressTaken, ScopeMissing, managers_without_scope, scope_of, scope_of_reader, territory_tree
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.edge import bounded_int, searched_words
from app.platform.web.endpoints import act, page

blueprint = Blueprint("administration", __name__, url_prefix="/administration")


class IndexPage(Struct, frozen=True):
    lost: Mapping[int, str]
    """Responsables without a territory, number → name."""
    waiting: int
    """Answers that wait for the reader's help."""
    stopped: int
    """Letters that wait for somebody who can mend what stops them."""
    steps: tuple[FirstStep, ...]
    """Of a new site."""


class PersonCardPage(Struct, frozen=True):
    card: PersonCard
    move: MoveForm
    side: str
    administers: bool
    """The reader may do more than look and move."""
    myself: bool
    can_mail: bool


class FormPage(Struct, frozen=True):
    id: int
    name: str
    form: PlainForm


@blueprint.get("")
@page(who=ADMINISTRATORS)
def index() -> str:
    reader, now = current_person(), clock.now()
    lost = managers_without_scope(db.session)
    scope = scope_of_reader(db.session, reader, territory_tree(db.session), day_of(now))
    steps = first_steps(db.session, current_site(), current_settings())
    page = IndexPage(lost, waiting_count(db.session, scope, reader.id), outbox.count_stopped(db.session), steps)
    audit.record_access(lost.keys(), "administration.people", now)
    return render_template("administration/accounts/index.html", page=page)


@blueprint.get("/personnes")
@page(who=MANAGERS, names_people="Liste des personnes où vous figurez")
def people() -> str:
    reader, now = current_person(), clock.now()
    wanted = Filter(*(searched_words(name=name) for name in ("q", "etat", "role", "territoire")))
    page = queries.people_page(db.session, reader, wanted, request.args.get("page", 1, bounded_int), now)
    audit.record_access([row.id for row in page.rows], "administration.people", now)
    return render_template("administration/accounts/people.html", page=page)


@blueprint.get("/personnes/<int:person_id>")
@page(who=MANAGERS, names_people="Votre page d’administration")
def person(person_id: int) -> str:
    now = clock.now()
    seen, within = _visible(person_id, now)
    return _person_page(seen, within, _move_form(within, now), now)


def _visible(person_id: int, now: datetime) -> tuple[Person, Collection[str] | None]:
    """The person, and the territories between which the reader may move them (None: all)."""
    reader = current_person()
    seen = queries.visible_person(db.session, reader, person_id, day_of(now))
    return seen, queries.reach_of(db.session, reader, territory_tree(db.session))


def _move_form(within: Collection[str] | None, now: datetime) -> MoveForm:
    return MoveForm(territory_tree(db.session), within, data={"on": day_of(now), "leave": True})


def _person_page(seen: Person, within: Collection[str] | None, move_form: MoveForm, now: datetime) -> str:
    reader = current_person()
    page = PersonCardPage(
        card=queries.person_card(db.session, seen, territory_tree(db.session), within, now),
        move=move_form,
        side=SIDE_LABELS[seen.side] if seen.side else "",
        administers=Role.ADMINISTRATOR in reader.roles,
        myself=seen.id == reader.id,
        can_mail=invitations.can_be_mailed(current_settings(), seen),
    )
    return render_template("administration/accounts/person.html", page=page)


def _back(person_id: int, sentence: str) -> ResponseReturnValue:
    """The end of every act on an account: say it, commit once, show the page again."""
    flash(sentence, "success")
    db.session.commit()
    return redirect(url_for("administration.person", person_id=person_id), 303)


@blueprint.post("/personnes/<int:person_id>/territoire")
@act(who=MANAGERS, names_people="Changement de territoire")
def move(person_id: int) -> ResponseReturnValue:
    now = clock.now()
    seen, within = _visible(person_id, now)
    form = _move_form(within, now)
    if not form.validate_on_submit() or form.on.data is None:
        return _person_page(seen, within, form, now), 422
    services.move(db.session, seen, form.territory.data, form.on.data, leave=form.leave.data, within=within, actor_id=current_person().id, now=now)
    return _back(person_id, "Le nouveau territoire est enregistré ; le passé reste écrit.")


@blueprint.post("/personnes/<int:person_id>/territoire/depart")
@act(who=MANAGERS, names_people="Départ d’un territoire")
def depart(person_id: int) -> ResponseReturnValue:
    now = clock.now()
    seen, within = _visible(person_id, now)
    services.depart(db.session, seen, request.form.get("territory", ""), day_of(now), within=within, actor_id=current_person().id, now=now)
    if within is not None and not queries.still_visible(db.session, current_person(), person_id, day_of(now)):
        flash("Le départ est enregistré : cette personne n’est plus dans vos territoires.", "success")
        db.session.commit()
        return redirect(url_for("administration.people"), 303)
    return _back(person_id, "Le départ est enregistré ; le passé reste écrit.")


@blueprint.route("/personnes/<int:person_id>/informations", methods=["GET", "POST"])
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Correction de votre compte")
def details(person_id: int) -> ResponseReturnValue:
    now = clock.now()
    seen, _ = _visible(person_id, now)
    form = DetailsForm(data={"name": seen.name, "email": "" if is_made_up(seen.email) else seen.email, "side": seen.side or ""})
    if not form.validate_on_submit() or not _correct_details(seen, form, now):
        db.session.rollback()
        return render_template("administration/accounts/details.html", page=FormPage(seen.id, seen.name, form)), form.status
    return _back(person_id, "C’est corrigé.")


def _correct_details(seen: Person, form: DetailsForm, now: datetime) -> bool:
    try:
        services.correct(db.session, seen, name=form.name.data or "", email=form.email.data or "", side=form.chosen_side, actor_id=current_person().id, now=now)
    except (AddressTaken, AddressInvalid) as error:
        form.email.errors = [error.sentence]
        return False
    return True


@blueprint.route("/personnes/<int:person_id>/roles", methods=["GET", "POST"])
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Vos rôles")
def roles(person_id: int) -> ResponseReturnValue:
    now = clock.now()
    seen, _ = _visible(person_id, now)
    form = RolesForm(territory_tree(db.session), data={"roles": sorted(seen.role_set), "scope": sorted(scope_of(db.session, seen.id))})
    if not form.validate_on_submit() or not _roles_set(seen, form, now):
        return render_template("administration/accounts/roles.html", page=FormPage(seen.id, seen.name, form)), form.status
    return _back(person_id, "Les rôles sont enregistrés.")


def _roles_set(seen: Person, form: RolesForm, now: datetime) -> bool:
    chosen = [Role(role) for role in form.roles.data or ()]
    try:
        services.set_roles(db.session, seen, chosen, form.scope.data or (), current_person().id, now)
    except services.NotOneself as error:
        form.roles.errors = [error.sentence]
        return False
    except ScopeMissing as error:
        form.scope.errors = [error.sentence]
        return False
    return True


@blueprint.post("/personnes/<int:person_id>/sessions")
@act(who=ADMINISTRATORS, names_people="Fermeture de vos sessions")
def sessions(person_id: int) -> ResponseReturnValue:
    now = clock.now()
    seen, _ = _visible(person_id, now)
    services.close_sessions(db.session, seen, current_person().id, now)
    return _back(person_id, "Toutes les sessions de cette personne sont fermées.")


@blueprint.post("/personnes/<int:person_id>/fermeture")
@act(who=ADMINISTRATORS, names_people="Fermeture de votre compte")
def close(person_id: int) -> ResponseReturnValue:
    return _set_active(person_id, False, "Le compte est fermé. Rien n’est effacé.")


@blueprint.post("/personnes/<int:person_id>/reouverture")
@act(who=ADMINISTRATORS, fresh_factor=True, names_people="Réouverture de votre compte")
def reopen(person_id: int) -> ResponseReturnValue:
    return _set_active(person_id, True, "Le compte est rouvert.")


def _set_active(person_id: int, active: bool, sentence: str) -> ResponseReturnValue:
    now = clock.now()
    seen, _ = _visible(person_id, now)
    services.set_active(db.session, seen, active, current_person().id, now)
    return _back(person_id, sentence)
