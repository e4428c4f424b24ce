"""Pages of the second factor: choose it, confirm it, lose it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired

from app.identity import sessions, tries
from app.identity.forms import Form, LimitedForm
from app.identity.models import Person
from app.identity.rules import NAME_LENGTH
from app.identity.sessions import safe_next
from app.identity.sign_in import second_factor, second_factor_changes
from app.identity.sign_in.guards import PROVED, current_person, enter, person_or_none, see
from app.identity.sign_in.institution_accounts import providers
from app.identity.sign_in.second_factor import PersonFactors
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.settings import current_settings
from app.platform.settings.tables import Provider
from app.platform.site import current_site
from app.platform.web.edge import at_most, one_line
from app.platform.web.endpoints import PUBLIC, SIGNED_IN, act, page

# --- Forms ---

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


def _strip_spaces(text: str | None) -> str:
    return "".join((text or "").split())


class VerifyForm(LimitedForm, Form):
    """A code of the application or a printed one, or what a passkey answered."""

    code = StringField("Votre code", filters=[_strip_spaces], validators=[at_most(60)], render_kw=_CODE)
    credential = HiddenField()

    def __init__(self) -> None:
        super().__init__()
        self.code.flags.required = True  # on its own form: a key's has no such field

    @property
    def by_key(self) -> bool:
        return bool(self.credential.data)

    def validate(self, **kwargs: object) -> bool:
        if not super().validate(**kwargs):
            return False
        if not (self.by_key or self.code.data):
            self.code.errors = ["Saisissez le code."]
        return not self.code.errors


class ApplicationForm(Form):
    code = StringField(
        "Code à six chiffres",
        filters=[_strip_spaces],
        validators=[DataRequired("Saisissez le code que montre l’application."), at_most(20)],
        render_kw={**_CODE, "inputmode": "numeric"},
    )


class KeyForm(Form):
    name = StringField(
        "Nom de cette clé",
        description="Pour la reconnaître plus tard, par exemple « mon téléphone ».",
        filters=[one_line],
        validators=[DataRequired("Donnez-lui un nom."), at_most(NAME_LENGTH)],
    )
    credential = HiddenField()


# --- Pages ---
#
# Below `/compte/securite` (`sign_in.own_keys`): one's factors; `/connexion/verification`: one of them shown, at sign-in or again; `/connexion/cle`:
# a passkey instead of a password.

blueprint = Blueprint("factors", __name__)

APPLICATION = "application"
"""Field of the visitor's cookie: the secret that is being set up, as it is stored."""


class VerifyPage(Struct, frozen=True):
    form: VerifyForm
    held: PersonFactors
    next: str
    key: str
    """What the browser is asked of a passkey, as JSON."""
    again: bool
    """Somebody who is signed in is asked once more."""
    institutions: tuple[Provider, ...] | None
    """They hold no factor here and showed one at their institution: it is shown there again."""


class ApplicationPage(Struct, frozen=True):
    form: ApplicationForm
    picture: str
    secret: str
    replaces: bool


class KeyPage(Struct, frozen=True):
    form: KeyForm
    options: str


def _me() -> Person:
    return db.session.get_one(Person, current_person().id)


@blueprint.route("/connexion/verification", methods=["GET", "POST"])
@page(who=PUBLIC)
def verify() -> ResponseReturnValue:
    """Asks for a second factor, after the password or before a sensitive act. Without either, redirects to sign-in."""
    now, target = clock.now(), safe_next(request.values.get("next")) or "/"
    reader = person_or_none()
    person = db.session.get(Person, reader.id) if reader else second_factor.holder(db.session, now)
    held = second_factor.factors_of(db.session, person.id) if person else None
    elsewhere = reader is not None and reader.proved_at is not None and held is not None and not held.any
    if person is None or held is None or (reader and not (held.any or elsewhere)):
        return redirect(target if reader else url_for("security.login", next=target), 303 if request.method == "POST" else 302)
    form = VerifyForm()
    if form.validate_on_submit() and _check_factor(form, person, now):
        return _accept_proof(person, target, now)
    db.session.rollback()
    at = second_factor_changes.place(current_settings()) if held.keys else None
    key = second_factor_changes.to_prove(at, held.credentials, now, alone=False) if at else ""
    return render_template(
        "identity/sign_in/verify.html", page=VerifyPage(form, held, target, key, reader is not None, providers() if elsewhere else None)
    ), *form.answer


def _check_factor(form: VerifyForm, person: Person, now: datetime) -> bool:
    """Is it their factor? A wrong one counts, and says so on the form."""
    limit = tries.factor(person.id)
    if form.must_wait(limit):
        form.form_errors = [tries.sentence(form.wait)]
        return False
    settings, wrong = current_settings(), list[str]()
    try:
        if form.by_key:
            _key_shown(form.credential.data or "", now, person.id)
        elif not second_factor_changes.take_code(db.session, settings, person, form.code.data or "", now):
            raise second_factor_changes.WrongCode
    except DomainError as error:
        db.session.rollback()  # what looked for it may hold SQLite's turn, which the count needs
        wrong = [error.sentence]
    if form.came_late(limit, right=not wrong):
        wrong = [tries.sentence(form.wait)]
    form.form_errors = wrong
    return not wrong


def _key_shown(answer: str, now: datetime, person_id: int | None = None) -> int:
    at = second_factor_changes.place(current_settings())
    if at is None:
        raise second_factor_changes.KeyRefused
    return second_factor_changes.take_key(db.session, at, answer, now, person_id)


def _accept_proof(person: Person, target: str, now: datetime) -> ResponseReturnValue:
    if reader := person_or_none():
        sessions.record_proof(db.session, reader.sign_in, now)
        db.session.commit()
        return see(target)
    db.session.commit()  # the code is spent whatever comes
    return enter(person, target, PROVED)


@blueprint.post("/connexion/cle")
@act(who=PUBLIC, feature="passkeys")
def key() -> ResponseReturnValue:
    """A passkey that its holder unlocked is two factors by itself: nothing else is asked."""
    now, target = clock.now(), safe_next(request.form.get("next")) or "/"
    limit = tries.key()
    wait = tries.wait(limit)
    try:
        if wait:
            raise DomainError(tries.sentence(wait))
        person = db.session.get(Person, _key_shown(request.form.get("credential", ""), now))
        if person is None or not person.active:
            raise second_factor_changes.KeyRefused
    except DomainError as error:
        db.session.commit()  # the challenge is spent; and the turn is free for the count
        if not wait:
            tries.count(limit)
        flash(error.sentence, "warning")
        return redirect(url_for("security.login", next=target), 303)
    return _accept_proof(person, target, now)


@blueprint.route("/compte/securite/application", methods=["GET", "POST"])
@page(who=SIGNED_IN, fresh_factor=True, before_factor=True)
def application() -> ResponseReturnValue:
    person, settings, form = _me(), current_settings(), ApplicationForm()
    stored = session.get(APPLICATION) or second_factor.draw(settings.keys)
    now = clock.now()
    if form.validate_on_submit():
        codes = form.accept(lambda: second_factor_changes.set_application(db.session, settings, person, stored, form.code.data or "", now), form.code)
        if codes is not None:
            session.pop(APPLICATION, None)
            return _go_on(person, now, codes, "Votre application est enregistrée : son code sera demandé à chaque connexion.")
        db.session.rollback()
    session[APPLICATION] = stored
    page = ApplicationPage(
        form=form,
        picture=second_factor.picture(settings.keys, stored, current_site().name, person.email),
        secret=second_factor.readable(settings.keys, stored),
        replaces=second_factor.factors_of(db.session, person.id).application is not None,
    )
    return render_template("identity/sign_in/application.html", page=page), form.status


@blueprint.route("/compte/securite/cle", methods=["GET", "POST"])
@page(who=SIGNED_IN, fresh_factor=True, before_factor=True, feature="passkeys")
def new_key() -> ResponseReturnValue:
    person, settings, form, now = _me(), current_settings(), KeyForm(data={"name": "Ma clé"}), clock.now()
    at = second_factor_changes.place(settings)
    if at is None:
        raise second_factor_changes.KeyRefused
    if form.validate_on_submit():
        codes = form.accept(lambda: second_factor_changes.add_key(db.session, person, at, form.credential.data or "", form.name.data or "", now))
        if codes is not None:
            return _go_on(person, now, codes, "Votre clé d’accès est enregistrée.")
        db.session.rollback()
    credentials = second_factor.factors_of(db.session, person.id).credentials
    options = second_factor_changes.to_create(settings, at, current_site().name, person.id, person.name, person.email, credentials, now)
    return render_template("identity/sign_in/key.html", page=KeyPage(form, options)), form.status


def _go_on(person: Person, now: datetime, codes: list[str], sentence: str) -> ResponseReturnValue:
    """All sessions ended with the change: this browser goes on with another one, which has just shown its factor, if there is any left."""
    proved = now if second_factor.has_factor(db.session, person.id) else None
    mark = sessions.begin(db.session, person.id, now, **sessions.describe_browser(request), proved_at=proved)
    db.session.commit()
    session["_user_id"] = mark
    flash(sentence, "success")
    return codes_page(codes, url_for("factors.security")) if codes else redirect(url_for("factors.security"), 303)


def codes_page(codes: list[str], onward: str) -> str:
    """Codes that were just drawn, in the answer itself: they pass by nothing else, and the site keeps only what recognises them. `onward`: where its button leads."""
    return render_template("identity/sign_in/codes.html", codes=codes, onward=onward)


@blueprint.post("/compte/securite/application/retrait")
@act(who=SIGNED_IN, fresh_factor=True)
def remove_application() -> ResponseReturnValue:
    return _remove(lambda person, now: second_factor_changes.remove_application(db.session, current_settings(), person, now), "L’application est retirée.")


@blueprint.post("/compte/securite/cle/<int:key_id>/retrait")
@act(who=SIGNED_IN, fresh_factor=True, feature="passkeys")
def remove_key(key_id: int) -> ResponseReturnValue:
    return _remove(lambda person, now: second_factor_changes.remove_key(db.session, current_settings(), person, key_id, now), "La clé d’accès est retirée.")


def _remove(act: Callable[[Person, datetime], None], sentence: str) -> ResponseReturnValue:
    person, now = _me(), clock.now()
    try:
        act(person, now)
    except second_factor_changes.NeedsFactor as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("factors.security"), 303)
    return _go_on(person, now, [], f"{sentence} Vos autres sessions sont fermées.")


@blueprint.post("/compte/securite/codes")
@act(who=SIGNED_IN, fresh_factor=True)
def draw_codes() -> ResponseReturnValue:
    person = _me()
    if not second_factor.has_factor(db.session, person.id):
        return redirect(url_for("factors.security"), 303)
    drawn = second_factor_changes.draw_codes(db.session, person, clock.now())
    db.session.commit()
    return codes_page(drawn, url_for("factors.security"))
