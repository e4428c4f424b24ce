"""Invitations: sending, withdrawing and accepting one, its link, and their pages. Services flush, views commit."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration.accounts import queries, services
from app.administration.accounts.forms import AcceptForm, InviteForm
from app.administration.acts import Invitation
from app.content.store.queries import course
from app.identity import audit, emails
from app.identity import services as accounts
from app.identity.hashing import hash_new_password
from app.identity.models import Person
from app.identity.passwords import Secret, read_signed, sign
from app.identity.rules import ADMINISTRATORS, Side, is_made_up
from app.identity.services import AddressInvalid, AddressTaken, ScopeMissing, lock, territories_of, territory_names, territory_tree
from app.identity.sign_in import second_factor_changes
from app.identity.sign_in.guards import PROVED, current_person, enter
from app.identity.sign_in.institution_accounts import providers
from app.identity.sign_in.second_factor_changes import RelyingParty
from app.identity.sign_in.second_factor_views import codes_page
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of, french_datetime
from app.platform.mail import outbox
from app.platform.mail.emails import INVITATION
from app.platform.mail.wordings import Value
from app.platform.settings import Settings, current_settings
from app.platform.settings.tables import Provider
from app.platform.site import current_site
from app.platform.web.edge import path_of
from app.platform.web.endpoints import PUBLIC, act, page


class AlreadyIn(DomainError):
    sentence = "Cette personne a déjà choisi son mot de passe : elle n’a plus besoin d’invitation."


class AccountClosed(DomainError):
    sentence = "Ce compte est fermé : rouvrez-le avant d’inviter la personne."


class NoMail(DomainError):
    sentence = "Aucun courriel ne peut partir vers cette personne : imprimez son lien."


def can_be_mailed(settings: Settings, person: Person) -> bool:
    return outbox.available(settings) and not is_made_up(person.email)


def invite(session: Session, settings: Settings, person: Person, actor_id: int | None, now: datetime, by_mail: bool) -> Invitation:
    """Open a way in, or a new one: links given before stop working. Raises AlreadyIn, AccountClosed or NoMail."""
    accounts.lock(session, person)
    if person.password:
        raise AlreadyIn
    if not person.active:
        raise AccountClosed
    if by_mail and not can_be_mailed(settings, person):
        raise NoMail
    row = invitation_of(session, person.id) or Invitation(person_id=person.id)
    row.inviter_id, row.mark, row.sent_at, row.by_mail = actor_id, secrets.token_hex(12), now, by_mail
    row.expires_at, row.withdrawn_at = now + (BY_MAIL if by_mail else PRINTED), None
    session.add(row)
    session.flush()
    audit.record(session, actor_id, "invited", person.id, now, moyen="courriel" if by_mail else "papier")
    if by_mail:
        emails.send(session, INVITATION, person, _values(session, settings, row), now)
    return row


def invitation_of(session: Session, person_id: int) -> Invitation | None:
    return session.scalar(select(Invitation).where(Invitation.person_id == person_id))


def withdraw_invitation(session: Session, person: Person, actor_id: int, now: datetime) -> None:
    """The link stops working; the account stays, without a password. Nothing to withdraw changes nothing."""
    accounts.lock(session, person)
    row = invitation_of(session, person.id)
    if row is None or row.accepted_at or row.withdrawn_at:
        return
    row.withdrawn_at = now
    audit.record(session, actor_id, "invitation_withdrawn", person.id, now)


def link(settings: Settings, row: Invitation) -> str:
    """The absolute address of an invitation."""
    token = issue(settings.keys, InvitationLink(row.id, row.mark, row.expires_at))
    return outbox.base(settings) + path_of("invitation.accept", token=token)


def holder(session: Session, settings: Settings, token: str, now: datetime) -> Invitation | None:
    """The invitation that a link opens, as it is now; none when forged, expired, replaced, withdrawn or accepted, or the account is closed."""
    opened = read_invitation(settings.keys, token)
    row = session.get(Invitation, opened.invitation_id, populate_existing=True) if opened else None
    if row is None or opened is None or not opened.holds(row.mark, now) or row.accepted_at or row.withdrawn_at:
        return None
    person = session.get(Person, row.person_id)
    return row if person and person.active and not person.password else None


def accept_invitation(session: Session, row: Invitation, side: Side | None, now: datetime) -> None:
    """The person comes in by what they have just chosen: a password, or a key."""
    person = session.get_one(Person, row.person_id)
    person.side = side
    row.accepted_at, row.mark = now, secrets.token_hex(12)
    audit.record(session, person.id, "invitation_accepted", person.id, now)


def accept_by_institution(session: Session, person: Person, side: Side | None, now: datetime) -> bool:
    """The person comes in by their institution, at the address that was invited. False where no invitation waits."""
    row = invitation_of(session, person.id)
    if row is None or row.accepted_at or row.withdrawn_at or now >= row.expires_at:
        return False
    person.side = person.side or side
    row.accepted_at, row.mark = now, secrets.token_hex(12)
    audit.record(session, person.id, "invitation_accepted", person.id, now)
    return True


def _values(session: Session, settings: Settings, row: Invitation) -> dict[str, Value]:
    return {"lien": link(settings, row), "échéance": french_datetime(row.expires_at), "cours": course(session).cover.title}


def never_invited(session: Session, person_ids: Collection[int]) -> list[Person]:
    """Returns those of these people who have no password and were never invited."""
    waiting = (Person.id.in_(person_ids), Person.active, Person.password.is_(None), Person.id.not_in(select(Invitation.person_id)))
    return list(session.scalars(select(Person).where(*waiting).order_by(Person.id)))


BY_MAIL = timedelta(days=14)
PRINTED = timedelta(days=30)
"""A sheet of paper waits in a pigeonhole."""
FIRST_KEY = "Ma clé"
"""The name of a passkey chosen in the place of a password."""


class InvitationLink(Struct, frozen=True):
    """What an authentic link says. Whether it still holds is for the invitation to tell."""

    invitation_id: int
    mark: str
    expires: datetime

    def holds(self, mark: str, now: datetime) -> bool:
        return hmac.compare_digest(self.mark, mark) and now < self.expires


def issue(secret: Secret, link: InvitationLink) -> str:
    return sign(secret, "invitation", [link.invitation_id, link.mark, int(link.expires.timestamp())])


def read_invitation(secret: Secret, token: str) -> InvitationLink | None:
    """Reads the token of an invitation link; None for anything that this site did not sign."""
    try:
        number, mark, expires = read_signed(secret, "invitation", token)
        return InvitationLink(int(number), str(mark), datetime.fromtimestamp(int(expires), UTC))
    except (TypeError, ValueError):
        return None


# --- Views ---
# What an invited person sees; and, for administrators, sending, printing and withdrawing the way in.

blueprint = Blueprint("invitation", __name__)


class AcceptPage(Struct, frozen=True):
    form: AcceptForm
    key: str
    """What the browser is asked to make a passkey with instead, as JSON; empty where no key can be used."""
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
    row = holder(db.session, current_settings(), token, now)
    if row is None:
        return _over()
    person = db.session.get_one(Person, row.person_id)
    form, at = AcceptForm(person, data={"side": person.side or ""}), second_factor_changes.place(current_settings())
    if not form.validate_on_submit():
        return _accept_page(person, form, at, now)
    chosen = None if form.by_key else hash_new_password(form.new_password)
    lock(db.session, person)
    if holder(db.session, current_settings(), token, now) is None:
        return _over()
    codes: list[str] | None = None
    if chosen:
        accounts.set_password(db.session, person, chosen)
    elif at:
        codes = form.accept(lambda: second_factor_changes.add_key(db.session, person, at, form.credential.data or "", FIRST_KEY, now, alone=True))
    if not chosen and codes is None:
        db.session.rollback()
        return _accept_page(person, form, at, now)
    accept_invitation(db.session, row, form.chosen_side, now)
    db.session.commit()
    answer = enter(person, "/", "invitation" if chosen else PROVED)
    if codes:
        return codes_page(codes, "/")
    flash(f"Votre mot de passe est enregistré. {form.strength}", "success")
    return answer


def _accept_page(person: Person, form: AcceptForm, at: RelyingParty | None, now: datetime) -> ResponseReturnValue:
    places = territory_names(db.session, territories_of(db.session, person.id, day_of(now)))
    key = second_factor_changes.to_create(current_settings(), at, current_site().name, person.id, person.name, person.email, (), now, alone=True) if at else ""
    return render_template("administration/accounts/accept.html", page=AcceptPage(form, key, places, providers())), form.status


def _over() -> ResponseReturnValue:
    return render_template("administration/accounts/invitation_over.html", page=OverPage(current_site().contact)), 410


@blueprint.route("/administration/personnes/nouvelle", methods=["GET", "POST"])
@page(who=ADMINISTRATORS, fresh_factor=True)
def new() -> ResponseReturnValue:
    by_mail = outbox.available(current_settings())
    form = InviteForm(territory_tree(db.session), by_mail, data={"way": "mail" if by_mail else "print"})
    if not form.validate_on_submit() or not (person := _open(form)):
        db.session.rollback()
        return render_template("administration/accounts/new.html", page=InvitePage(form, by_mail)), form.status
    printed = form.way.data == "print"
    flash(f"Compte ouvert pour {person.name}.", "success")
    db.session.commit()
    return redirect(url_for("invitation.show_link" if printed else "administration.person", person_id=person.id), 303)


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
        invite(db.session, current_settings(), person, actor, now, by_mail=form.way.data == "mail")
    return person


@blueprint.post("/administration/personnes/<int:person_id>/invitation")
@act(who=ADMINISTRATORS, fresh_factor=True, names_people="Envoi de votre invitation")
def send(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    invite(db.session, current_settings(), person, current_person().id, clock.now(), by_mail=True)
    flash("L’invitation part par courriel. Les liens donnés avant ne servent plus.", "success")
    db.session.commit()
    return redirect(url_for("administration.person", person_id=person_id), 303)


@blueprint.post("/administration/personnes/<int:person_id>/lien")
@act(who=ADMINISTRATORS, fresh_factor=True, names_people="Tirage de votre lien d’invitation")
def draw(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    invite(db.session, current_settings(), person, current_person().id, clock.now(), by_mail=False)
    db.session.commit()
    return redirect(url_for("invitation.show_link", person_id=person_id), 303)


@blueprint.get("/administration/personnes/<int:person_id>/lien")
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Votre invitation à imprimer")
def show_link(person_id: int) -> ResponseReturnValue:
    """The sheet. Only for a link that was drawn to be printed: one that left by mail is for its reader alone."""
    person, row = _person(person_id), invitation_of(db.session, person_id)
    if row is None or row.by_mail or row.accepted_at or row.withdrawn_at:
        raise NotYours
    page = PrintPage(person.id, person.name, person.email, link(current_settings(), row), row.expires_at, current_site().contact)
    return render_template("administration/accounts/printed.html", page=page)


@blueprint.post("/administration/personnes/<int:person_id>/invitation/retrait")
@act(who=ADMINISTRATORS, names_people="Retrait de votre invitation")
def withdraw(person_id: int) -> ResponseReturnValue:
    withdraw_invitation(db.session, _person(person_id), current_person().id, clock.now())
    flash("L’invitation est retirée : son lien ne sert plus.")
    db.session.commit()
    return redirect(url_for("administration.person", person_id=person_id), 303)
