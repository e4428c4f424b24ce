"""`/compte`, `/affichage` and password links. Sign-in and sign-out themselves are Flask-Security's views (`sign_in.security`)."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import asdict

from app.identity import emails, services
from app.identity import sessions as session_store
from app.identity.forms import ChangePasswordForm, DisplayForm, LinkForm, NewPasswordForm, ProfileForm
from app.identity.hashing import hash_new_password
from app.identity.models import Person
from app.identity.passwords import WANTED
from app.identity.rules import ROLE_WORDS
from app.identity.services import Belonging
from app.identity.sessions import safe_next
from app.identity.sign_in.guards import current_person, enter, person_or_none
from app.identity.sign_in.institution_accounts import providers
from app.platform import clock, log
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.site import current_site, offers
from app.platform.web import display as appearance
from app.platform.web.endpoints import PUBLIC, SIGNED_IN, act, page

blueprint = Blueprint("identity", __name__)


def _me() -> Person:
    """The row of whoever is signed in, to be changed."""
    return db.session.get_one(Person, current_person().id)


@blueprint.route("/compte", methods=["GET", "POST"])
@page(who=SIGNED_IN)
def account() -> ResponseReturnValue:
    person = _me()
    form = ProfileForm(data={"name": person.name, "side": person.side or "", "phone": person.phone or ""})
    if not form.validate_on_submit():
        return render_template("identity/account.html", page=_account_page(person, form)), form.status
    person.name, person.side, person.phone = form.chosen_name, form.chosen_side, form.chosen_phone
    flash("Vos informations sont enregistrées.")
    db.session.commit()
    return redirect(url_for("identity.account"), 303)


def _account_page(person: Person, form: ProfileForm) -> AccountPage:
    return AccountPage(
        form=form,
        email=person.email,
        may=tuple(words for role, words in ROLE_WORDS.items() if role in person.role_set),
        since=person.created_at,
        territories=tuple(services.belongings(db.session, person.id)),
        scope=services.territory_names(db.session, services.scope_of(db.session, person.id)),
    )


@blueprint.route("/compte/mot-de-passe", methods=["GET", "POST"])
@page(who=SIGNED_IN)
def password() -> ResponseReturnValue:
    person = _me()
    form = ChangePasswordForm(person)
    if not form.validate_on_submit():
        return render_template("identity/password.html", page=PasswordPage(form)), *form.answer
    chosen = hash_new_password(form.new_password)
    services.confirm(db.session, person)
    services.set_password(db.session, person, chosen)
    _tell_of_change(person, clock.now())
    return _stay_signed_in(person, f"Votre mot de passe est changé. {form.strength} Vos autres sessions sont fermées.")


@blueprint.post("/compte/sessions")
@act(who=SIGNED_IN)
def close_sessions() -> ResponseReturnValue:
    person = _me()
    services.close_sessions(db.session, person)
    log.event("sessions_closed", person=person.id)
    return _stay_signed_in(person, "Vos autres sessions sont fermées. Celle-ci reste ouverte.")


def _stay_signed_in(person: Person, sentence: str) -> ResponseReturnValue:
    """All the person's sessions ended; this browser goes on with another one, so that a copy of its old cookie is dead too.

    It hears of it once that is written: a commit that fails leaves it signed in as it was.
    """
    mark = session_store.begin(db.session, person.id, clock.now(), **session_store.describe_browser(request), proved_at=current_person().proved_at)
    db.session.commit()
    session["_user_id"] = mark
    flash(sentence)
    return redirect(url_for("identity.account"), 303)


@blueprint.get("/compte/sessions")
@page(who=SIGNED_IN)
def sessions() -> str:
    person = current_person()
    rows = session_store.open_sessions(db.session, person.id, clock.now())
    page = SessionsPage(tuple(OpenSession(row.id, row.device, row.place, row.created_at, row.used_at, row.id == person.sign_in) for row in rows))
    return render_template("identity/sessions.html", page=page)


@blueprint.post("/compte/sessions/<key>/fin")
@act(who=SIGNED_IN)
def close_session(key: str) -> ResponseReturnValue:
    person = current_person()
    if key == person.sign_in:
        raise NotYours  # it is left by signing out
    session_store.end_own(db.session, key, person.id)
    log.event("session_closed", person=person.id)
    flash("Cette session est fermée.")
    db.session.commit()
    return redirect(url_for("identity.sessions"), 303)


@blueprint.route("/affichage", methods=["GET", "POST"])
@page(who=PUBLIC)
def display() -> ResponseReturnValue:
    """Saves how pages look, for everybody: in this browser and, if signed in, in the account."""
    chosen = appearance.here()
    form = DisplayForm(data=asdict(chosen))
    if not form.validate_on_submit():
        page = DisplayPage(form, changed=bool(chosen.unusual_choices), back=safe_next(request.values.get("page")))
        return render_template("identity/display.html", page=page), form.status
    appearance.keep(form.chosen_display)
    if person := person_or_none():
        db.session.get_one(Person, person.id).display = form.chosen_display.cookie_value
        db.session.commit()
    flash("L’affichage est de nouveau celui d’origine." if form.reset.data else "Votre affichage est enregistré.")
    return redirect(url_for("identity.display", page=safe_next(form.page.data)), 303)


def _tell_of_change(person: Person, now: datetime) -> None:
    emails.tell_password_changed(db.session, current_settings(), person, now)


@blueprint.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@page(who=PUBLIC)
def forgotten_password() -> ResponseReturnValue:
    settings, form = current_settings(), LinkForm()
    by_mail = outbox.available(settings)
    if not (by_mail and form.validate_on_submit()):
        page = ForgottenPage(form=form, by_mail=by_mail, contact=current_site().contact)
        return render_template("identity/forgotten.html", page=page), *form.answer
    now = clock.now()
    person = services.person_by_address(db.session, form.address)
    emails.send_password_link(db.session, settings, person, now)
    db.session.commit()
    return redirect(url_for("identity.forgotten_sent"), 303)


@blueprint.get("/mot-de-passe-oublie/demande")
@page(who=PUBLIC)
def forgotten_sent() -> ResponseReturnValue:
    return render_template("identity/forgotten_sent.html", page=ForgottenPage(form=None, by_mail=True, contact=current_site().contact))


@blueprint.route("/mot-de-passe-oublie/<token>", methods=["GET", "POST"])
@page(who=PUBLIC)
def reset(token: str) -> ResponseReturnValue:
    settings, now = current_settings(), clock.now()
    person = services.link_holder(db.session, settings.keys, token, now)
    if person is None:
        return _link_over()
    form = NewPasswordForm(person)
    if not form.validate_on_submit():
        return render_template("identity/reset.html", page=PasswordPage(form)), form.status
    chosen = hash_new_password(form.new_password)
    services.lock(db.session, person)
    if services.link_holder(db.session, settings.keys, token, now) is None:
        return _link_over()
    services.set_password(db.session, person, chosen)
    _tell_of_change(person, now)
    db.session.commit()
    answer = enter(person, "/", "password-link")
    flash(f"Votre mot de passe est enregistré. {form.strength}", "success")
    return answer


@blueprint.get("/aide/connexion")
@page(who=PUBLIC)
def sign_in_help() -> str:
    return render_template("identity/sign_in/help.html", rule=WANTED, institutions=providers(), keys=offers("passkeys"), contact=current_site().contact)


def _link_over() -> ResponseReturnValue:
    settings = current_settings()
    page = ForgottenPage(form=None, by_mail=outbox.available(settings), contact=current_site().contact)
    return render_template("identity/link_over.html", page=page), 410


class AccountPage(Struct, frozen=True):
    form: ProfileForm
    email: str
    may: tuple[str, ...]
    """What their roles are for."""
    since: datetime
    territories: tuple[Belonging, ...]
    scope: tuple[str, ...]
    """Names of the territories that a responsable looks after."""


class OpenSession(Struct, frozen=True):
    key: str
    device: str
    place: str
    since: datetime
    used_at: datetime | None
    here: bool


class SessionsPage(Struct, frozen=True):
    sessions: tuple[OpenSession, ...]


class DisplayPage(Struct, frozen=True):
    form: DisplayForm
    changed: bool
    back: str | None
    """The page that was left for this one."""


class PasswordPage(Struct, frozen=True):
    form: NewPasswordForm


class ForgottenPage(Struct, frozen=True):
    """`by_mail`: a link can be sent; else `contact` says whom to ask."""

    form: LinkForm | None
    by_mail: bool
    contact: str
