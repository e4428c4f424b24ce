"""`/invitation/<lien>`: what an invited person sees; and, for administrators, sending, printing and withdrawing the way in."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.administration.accounts import invitations, queries, services
from app.administration.accounts.forms import AcceptForm, InviteForm
from app.identity.models import Person
from app.identity.passwords.hashing import hashed
from app.identity.queries import territories_of, territory_names, territory_tree
from app.identity.rules import ADMINISTRATORS
from app.identity.services import AddressInvalid, AddressTaken, ScopeMissing, lock
from app.identity.sign_in.entering import enter
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.french import day_of
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.settings.providers import Provider
from app.platform.site.queries import current_site
from app.platform.web.endpoints import PUBLIC, act, page

blueprint = Blueprint("invitation", __name__)


class AcceptPage(Struct, frozen=True):
    form: AcceptForm
    territories: tuple[str, ...]
    institutions: tuple[Provider, ...]
    """By which the invited person may come in instead."""


class OverPage(Struct, frozen=True):
    """`contact`: whom to ask; empty where nobody was named."""

    contact: str


class InvitePage(Struct, frozen=True):
    form: InviteForm
    by_mail: bool


class PrintPage(Struct, frozen=True):
    person_id: int
    name: str
    sign_in_name: str
    link: str
    until: datetime
    contact: str


def _person(person_id: int) -> Person:
    return queries.somebody(db.session, person_id)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@page(who=PUBLIC)
def accept(token: str) -> ResponseReturnValue:
    now = clock.now()
    row = invitations.holder(db.session, current_settings(), token, now)
    if row is None:
        return _over()
    person = db.session.get_one(Person, row.person_id)
    form = AcceptForm(person, data={"side": person.side or ""})
    if not form.validate_on_submit():
        places = territory_names(db.session, territories_of(db.session, person.id, day_of(now)))
        return render_template("administration/accounts/accept.html", page=AcceptPage(form, places, current_settings().oidc)), 422 if form.errors else 200
    chosen = hashed(form.new_password)
    lock(db.session, person)
    if invitations.holder(db.session, current_settings(), token, now) is None:
        return _over()
    invitations.accept(db.session, row, chosen, form.chosen_side, now)
    db.session.commit()
    answer = enter(person, "/", "invitation")
    flash(f"Votre mot de passe est enregistré. {form.strength}", "success")
    return answer


def _over() -> ResponseReturnValue:
    return render_template("administration/accounts/invitation_over.html", page=OverPage(current_site().contact)), 410


@blueprint.route("/administration/personnes/nouvelle", methods=["GET", "POST"])
@page(who=ADMINISTRATORS, fresh_factor=True)
def new() -> ResponseReturnValue:
    by_mail = outbox.available(current_settings())
    form = InviteForm(territory_tree(db.session), by_mail, data={"way": "mail" if by_mail else "print"})
    if not form.validate_on_submit() or not (person := _open(form)):
        db.session.rollback()
        return render_template("administration/accounts/new.html", page=InvitePage(form, by_mail)), 422 if form.errors else 200
    printed = form.way.data == "print"
    flash(f"Compte ouvert pour {person.name}.", "success")
    db.session.commit()
    return redirect(url_for("invitation.printed" if printed else "administration.person", person_id=person.id), 303)


def _open(form: InviteForm) -> Person | None:
    """The account, its territory, its invitation; None when the address was refused, which the form then says."""
    now, actor = clock.now(), current_person().id
    try:
        person = services.open_account(
            db.session,
            name=form.name.data or "",
            email=form.email.data or "",
            roles=form.chosen_roles,
            territory=form.territory.data,
            side=form.chosen_side,
            actor_id=actor,
            now=now,
        )
    except (AddressTaken, AddressInvalid) as error:
        form.email.errors = [error.sentence]
        return None
    except ScopeMissing as error:
        form.territory.errors = [error.sentence]
        return None
    if form.territory.data:
        services.move(db.session, person, form.territory.data, day_of(now), leave=False, within=None, actor_id=actor, now=now)
    if form.way.data != "later":
        invitations.invite(db.session, current_settings(), person, actor, now, by_mail=form.way.data == "mail")
    return person


@blueprint.post("/administration/personnes/<int:person_id>/invitation")
@act(who=ADMINISTRATORS, fresh_factor=True, names_people="Envoi de votre invitation")
def send(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    invitations.invite(db.session, current_settings(), person, current_person().id, clock.now(), by_mail=True)
    flash("L’invitation part par courriel. Les liens donnés avant ne servent plus.", "success")
    db.session.commit()
    return redirect(url_for("administration.person", person_id=person_id), 303)


@blueprint.post("/administration/personnes/<int:person_id>/lien")
@act(who=ADMINISTRATORS, fresh_factor=True, names_people="Tirage de votre lien d’invitation")
def draw(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    invitations.invite(db.session, current_settings(), person, current_person().id, clock.now(), by_mail=False)
    db.session.commit()
    return redirect(url_for("invitation.printed", person_id=person_id), 303)


@blueprint.get("/administration/personnes/<int:person_id>/lien")
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Votre invitation à imprimer")
def printed(person_id: int) -> ResponseReturnValue:
    """The sheet. Only for a link that was drawn to be printed: one that left by mail is for its reader alone."""
    person, row = _person(person_id), invitations.invitation_of(db.session, person_id)
    if row is None or row.by_mail or row.accepted_at or row.withdrawn_at:
        raise NotYours
    page = PrintPage(person.id, person.name, person.email, invitations.link(current_settings(), row), row.expires_at, current_site().contact)
    return render_template("administration/accounts/printed.html", page=page)


@blueprint.post("/administration/personnes/<int:person_id>/invitation/retrait")
@act(who=ADMINISTRATORS, names_people="Retrait de votre invitation")
def withdraw(person_id: int) -> ResponseReturnValue:
    invitations.withdraw(db.session, _person(person_id), current_person().id, clock.now())
    flash("L’invitation est retirée : son lien ne sert plus.")
    db.session.commit()
    return redirect(url_for("administration.person", person_id=person_id), 303)
