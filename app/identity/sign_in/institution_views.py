"""Pages of the sign-in by an institution's account."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import sessions
from app.identity.models import Person
from app.identity.rules import normalise_address
from app.identity.sessions import safe_next
from app.identity.sign_in import institution_accounts, openid
from app.identity.sign_in.guards import PROVED, current_person, enter, person_or_none
from app.identity.sign_in.institution_accounts import IdentityLink
from app.identity.sign_in.openid import Identity, InstitutionRefused, Request
from app.platform import clock, log
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.settings import current_settings
from app.platform.settings.tables import Provider
from app.platform.site import current_site
from app.platform.web.edge import path_of, public_address
from app.platform.web.endpoints import PUBLIC, SIGNED_IN, act, page

# --- The visitor's cookie ---
#
# What was asked of an institution, then who answered and waits for a proof.

ASKED, WAITING = "institutions", "identite"
LASTS = timedelta(minutes=10)
MOST = 3
"""Tabs in which one may be on the way at once."""


class PendingSignIn(Struct, frozen=True):
    provider: str
    request: Request
    target: str
    """The page to open at the end."""
    person_id: int | None
    """Who, signed in, asked to link this identity to their account."""


def set_out(asked: PendingSignIn, now: datetime) -> None:
    kept = [row for row in session.get(ASKED, []) if row[-1] > now.timestamp()][-(MOST - 1) :]
    request = asked.request
    row = [asked.provider, request.state, request.nonce, request.verifier, asked.target, asked.person_id, int((now + LASTS).timestamp())]
    session[ASKED] = [*kept, row]


def come_back(database: Session, provider: str, state: str, now: datetime) -> PendingSignIn | None:
    """What this browser asked, once: another browser's answer, or one that was brought already, is nobody's."""
    rows = session.get(ASKED, [])
    found = next((row for row in rows if row[0] == provider and row[1] == state), None)
    if found is None:
        return None
    session[ASKED] = [row for row in rows if row is not found]
    *_, target, person_id, expires = found
    until = datetime.fromtimestamp(expires, UTC)
    if now >= until or not sessions.once(database, f"state {state}", now, until):
        return None
    return PendingSignIn(provider, Request(*found[1:4]), target, person_id)


def wait(who: Identity, now: datetime) -> None:
    """The identity waits until its account is proved to be the visitor's."""
    session[WAITING] = [asdict(who), int((now + LASTS).timestamp())]


def waiting(now: datetime) -> Identity | None:
    try:
        told, expires = session[WAITING]
    except (KeyError, TypeError, ValueError):
        return None
    return _identity(told) if now.timestamp() < expires else None


def forget_pending() -> None:
    session.pop(WAITING, None)


def _identity(told: Mapping[str, object]) -> Identity:
    roles = told["roles"]
    return Identity(**{**told, "roles": tuple(roles) if isinstance(roles, list) else ()})  # type: ignore[arg-type]


# --- Pages ---
#
# `/connexion/<institution>`: there and back; `/compte/rattachement`: an account that is proved is linked; `/deconnexion/<institution>`: out there too.

blueprint = Blueprint("institutions", __name__)

LEAVING = "depart"
"""The cookie's field: by which link somebody signed in who has just signed out."""


class InstitutionRefusedPage(Struct, frozen=True):
    provider: Provider
    sentence: str
    next: str


class UnknownPage(Struct, frozen=True):
    """The page for an identity without account: `proof` says that an account has the same address, and how to open it."""

    provider: Provider
    who: Identity
    proof: bool
    contact: str


class JoinPage(Struct, frozen=True):
    who: Identity
    provider: str


class LeavingPage(Struct, frozen=True):
    provider: str
    address: str


def _provider(name: str) -> Provider:
    found = next((one for one in current_settings().oidc if one.name == name), None)
    if found is None:
        raise NotYours
    return found


def _callback(provider: Provider) -> str:
    return public_address(path_of("institutions.back", provider=provider.name))


@blueprint.get("/connexion/<provider>")
@page(who=PUBLIC)
def go(provider: str) -> ResponseReturnValue:
    target = safe_next(request.args.get("next")) or "/"
    return _set_out(_provider(provider), target, None)


@blueprint.get("/compte/securite/institution/<provider>")
@page(who=SIGNED_IN, fresh_factor=True)
def add(provider: str) -> ResponseReturnValue:
    """Links an institution to the account of somebody who is signed in, for instance after a change of employer."""
    return _set_out(_provider(provider), url_for("factors.security"), current_person().id)


def _set_out(provider: Provider, target: str, person_id: int | None) -> ResponseReturnValue:
    now, hint = clock.now(), request.args.get("adresse", "")
    try:
        address, asked = openid.ask(provider, _callback(provider), normalise_address(hint) if "@" in hint else "", now)
    except InstitutionRefused as error:
        return _render_refusal(provider, error, target)
    set_out(PendingSignIn(provider.name, asked, target, person_id), now)
    return redirect(address)


@blueprint.get("/connexion/<provider>/retour")
@page(who=PUBLIC)
def back(provider: str) -> ResponseReturnValue:
    chosen, now = _provider(provider), clock.now()
    asked = come_back(db.session, chosen.name, request.args.get("state", ""), now)
    db.session.commit()  # it is spent, whatever comes
    try:
        who, token = _identity_from_answer(chosen, asked, now)
        if asked and asked.person_id is not None:
            return _link(asked, who, token, now)
        return _enter(chosen, who, token, asked.target if asked else "/", now)
    except DomainError as error:
        db.session.rollback()
        return _render_refusal(chosen, error, asked.target if asked else "/")


def _identity_from_answer(provider: Provider, asked: PendingSignIn | None, now: datetime) -> tuple[Identity, str]:
    """Raises InstitutionRefused."""
    if asked is None:
        raise InstitutionRefused("Cette connexion n’a pas été demandée depuis ce navigateur, ou elle a déjà servi. Recommencez.")
    if told := request.args.get("error", ""):
        log.event("institution_declined", provider=provider.name, error=told[:40] if told.isascii() and told.isprintable() else "")
        raise InstitutionRefused("Vous avez renoncé à la connexion, ou votre institution l’a refusée. Recommencez quand vous voulez.")
    issuer = request.args.get("iss")
    if issuer is not None and issuer != provider.issuer:  # RFC 9207
        raise InstitutionRefused("La réponse vient d’une autre institution que celle à qui elle a été demandée.")
    return openid.fetch_identity(provider, _callback(provider), request.args.get("code", ""), asked.request, now)


def _render_refusal(provider: Provider, error: DomainError, target: str) -> ResponseReturnValue:
    log.event("institution_refused", provider=provider.name, why=type(error).__name__)
    page = InstitutionRefusedPage(provider, error.sentence, target)
    return render_template("identity/sign_in/institution_refused.html", page=page), error.status


def _enter(provider: Provider, who: Identity, token: str, target: str, now: datetime) -> ResponseReturnValue:
    person = institution_accounts.open_account(db.session, provider, who, token, now)
    if person is None:
        proof = institution_accounts.address_known(db.session, who)
        db.session.rollback()
        if proof:
            wait(who, now)
        page = UnknownPage(provider, who, proof, current_site().contact)
        return render_template("identity/sign_in/institution_unknown.html", page=page), 200 if proof else 403
    db.session.commit()
    g.signed_in_by = db.session.scalar(select(IdentityLink.id).where(IdentityLink.issuer == who.issuer, IdentityLink.subject == who.subject))
    return enter(person, target, PROVED if who.factor else "institution")


def _link(asked: PendingSignIn, who: Identity, token: str, now: datetime) -> ResponseReturnValue:
    reader = person_or_none()
    if reader is None or reader.id != asked.person_id:
        raise InstitutionRefused("Votre session a changé en chemin. Reconnectez-vous, puis recommencez.")
    person = db.session.get_one(Person, reader.id)
    institution_accounts.link(db.session, person, who, token, now)
    db.session.commit()
    flash("Votre compte s’ouvre désormais aussi par votre institution.", "success")
    return redirect(url_for("factors.security"))


@blueprint.route("/compte/rattachement", methods=["GET", "POST"])
@page(who=SIGNED_IN)
def join() -> ResponseReturnValue:
    """Whoever signed in proved that the account is theirs: the identity that waits is linked to it, once they say so."""
    now = clock.now()
    who = waiting(now)
    if who is None:
        flash("Le rattachement a trop attendu. Recommencez depuis votre institution.", "warning")
        return redirect(url_for("factors.security"), 303 if request.method == "POST" else 302)
    if request.method == "GET":
        return render_template("identity/sign_in/join.html", page=JoinPage(who, _provider(who.provider).button))
    institution_accounts.join(db.session, db.session.get_one(Person, current_person().id), who, "", now)
    db.session.commit()
    forget_pending()
    flash("Votre compte est relié : votre institution l’ouvre désormais.", "success")
    return redirect(url_for("factors.security"), 303)


@blueprint.post("/compte/securite/institution/<int:link_id>/retrait")
@act(who=SIGNED_IN, fresh_factor=True)
def unlink(link_id: int) -> ResponseReturnValue:
    person, now = db.session.get_one(Person, current_person().id), clock.now()
    try:
        institution_accounts.unlink(db.session, person, link_id, now)
    except institution_accounts.LastWay as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("factors.security"), 303)
    mark = sessions.begin(db.session, person.id, now, **sessions.describe_browser(request), proved_at=current_person().proved_at)
    db.session.commit()
    session["_user_id"] = mark
    flash("Cette institution n’ouvre plus votre compte. Vos autres sessions sont fermées.", "success")
    return redirect(url_for("factors.security"), 303)


@blueprint.get("/deconnexion/institution")
@page(who=PUBLIC)
def leave() -> ResponseReturnValue:
    """Signed out here; their institution may still know them. A link, since a form may not lead to another site."""
    row = db.session.get(IdentityLink, session.get(LEAVING, 0))
    provider = next((one for one in current_settings().oidc if row and one.name == row.provider), None)
    address = None
    if row and provider:
        try:
            address = openid.leaving(provider, row.token, secrets.token_urlsafe(32), public_address(path_of("institutions.back_from_institution")), clock.now())
        except InstitutionRefused:
            address = None
    if not (address and provider):
        return redirect(url_for("security.login"))
    return render_template("identity/sign_in/leaving.html", page=LeavingPage(provider.button, address))


@blueprint.get("/deconnexion/retour")
@page(who=PUBLIC)
def back_from_institution() -> ResponseReturnValue:
    session.pop(LEAVING, None)
    flash("Vous êtes déconnecté d’ici et de votre institution.")
    return redirect(url_for("security.login"))
