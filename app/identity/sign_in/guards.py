"""Who may enter and open what: admission of an account, entering, and the guard of every view."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import login_user
from flask_wtf.csrf import CSRFError

from app.identity import sessions
from app.identity.models import Person
from app.identity.rules import Role, needs_factor, workplace
from app.identity.services import SignedIn
from app.identity.sessions import safe_next
from app.platform import clock, hooks
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.site import offers
from app.platform.web import csrf, endpoints
from app.platform.web.endpoints import OPEN, PUBLIC, Endpoint, Who
from app.platform.web.errors import error_response, wants_json

# --- May somebody open a page? Asked of what its view says (`web.endpoints`) ---


class Admission(Enum):
    """What the guard answers: go on, go and sign in, or « this page does not exist »."""

    ALLOWED = "allowed"
    SIGN_IN = "sign in"
    HIDDEN = "hidden"


def decide_admission(roles: Collection[Role] | None, said: Endpoint | None) -> Admission:
    """What somebody may expect of a page by what is said of it. `roles` is None for a visitor, who is not signed in."""
    if said is None:
        return Admission.HIDDEN
    if said.who is Who.PUBLIC:
        return Admission.ALLOWED
    if roles is None:
        return Admission.SIGN_IN
    return Admission.ALLOWED if isinstance(said.who, Who) or said.who.intersection(roles) else Admission.HIDDEN


def may(roles: Collection[Role] | None, endpoint: str) -> bool:
    """True when the page would be shown."""
    return decide_admission(roles, endpoints.find_offered(endpoint)) is Admission.ALLOWED


# --- What a second factor opens ---
#
# For whoever must have one, everything; for whoever has one, what is sensitive, not long after it was shown.

FRESH = timedelta(minutes=15)
"""How long one showing of the factor holds for what is sensitive."""


def stale(person: SignedIn, said: Endpoint, now: datetime) -> bool:
    """The factor was shown too long ago for this. Whoever has none is not asked for it."""
    return said.fresh_factor and person.proved_at is not None and now - person.proved_at > FRESH


def must_set_up(person: SignedIn, today: date, since: date | None) -> bool:
    """Must this person set up a second factor: their role requires one, and this session has shown none?"""
    return person.proved_at is None and needs_factor(person.roles, today, since)


def is_shut(person: SignedIn, said: Endpoint, today: date, since: date | None) -> bool:
    """Is the page closed until a factor is set up, even if the rule began to apply while the session was open?"""
    return not said.before_factor and must_set_up(person, today, since)


# --- The one guard before every request, and who made it ---
#
# Views ask nothing about access: what is said beside them (`web.endpoints`) has answered already.

SESSION_OVER = "Votre session est terminée. Connectez-vous de nouveau : rien de ce qui était enregistré n’est perdu."
SET_UP_FIRST = "Votre rôle demande un second facteur : ajoutez-le d’abord, à la page « Sécurité » de votre compte."
NOT_SENT = "Votre session était terminée : ce que vous veniez d’envoyer n’est pas enregistré."
PROVE_AGAIN = "Ce que vous veniez d’envoyer n’est pas enregistré : montrez d’abord votre second facteur, la page du formulaire se rouvrira."

HOME, COURSE, LANDING = "learning.home", "learning.plan", "visitors.landing"
"""One's own course; the course of whoever does not learn, whose home is where they work; what a visitor is shown in its place."""


def person_or_none() -> SignedIn | None:
    """Who made this request; None for a visitor. The first call of a request costs one SELECT, if there is a session at all."""
    known = g.get("_login_user", current_user)  # where Flask-Login keeps it: a page asks thirty times
    return cast("SignedIn | None", current_user._get_current_object() if known is current_user else known)


def current_person() -> SignedIn:
    """Who made this request, where its page asks for somebody."""
    person = person_or_none()
    if person is None:
        raise NotYours
    return person


def may_here(endpoint: str) -> bool:
    """Would this request's author be shown `endpoint`? The navigation asks."""
    person = person_or_none()
    return may(person.roles, endpoint) if person else may(None, endpoint) or open_to_visitors(endpoint)


def door() -> str:
    """Where `/` leads this request's author: the endpoint where they work; empty for whoever learns, whose home it is."""
    person = person_or_none()
    found = workplace(person.roles) if person else ""
    return found if found in current_app.view_functions else ""


def course_address() -> str:
    """Address of the course, for whoever made this request."""
    return url_for(COURSE if door() else HOME)


def open_to_visitors(endpoint: str, **values: Any) -> bool:
    """May whoever has no account read this address? The one answer: the guard asks, and menus, link previews and the map for search engines.

    Without `values`, an endpoint of which only some addresses are open is not.
    """
    said = endpoints.find_offered(endpoint)
    if said is None or said.who is not OPEN or not current_settings().public:
        return False
    some = hooks.open_addresses.here().get(endpoint)
    return some is None or (bool(values) and some(**values))


def init_app(app: Flask) -> None:
    hooks.may_follow.give(app, may_here)
    app.jinja_env.globals.update(open_to_visitors=open_to_visitors, course_address=course_address)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # the guard checks, at its place
    app.before_request(guard)
    app.register_error_handler(CSRFError, _token_refused)


def guard() -> ResponseReturnValue | None:
    """Let the request through, send a visitor to sign in, or say that the page does not exist.

    Of what is sent to a page that does not exist for its sender, nothing is read; of a visitor's form, no more than the usual size.
    """
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such address, or not this method: Flask says so
    said = endpoints.find(endpoint)
    verdict = _verdict(endpoint, said)
    if said is None or verdict is Admission.HIDDEN or not offers(said.feature):
        raise NotYours
    if verdict is Admission.ALLOWED and said.large_form:
        request.max_content_length, request.max_form_memory_size = said.large_form
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect(apply_exemptions=True)  # here, since it reads all that is sent; a larger body than it may read is a 413 before that
    if verdict is Admission.SIGN_IN:
        return _to_sign_in()
    asks = said.who is not PUBLIC and person_or_none()
    return _factor_first(asks, said) if asks else None


def _factor_first(person: SignedIn, said: Endpoint) -> ResponseReturnValue | None:
    """A second factor comes before this page: one that is set up at last, or shown again."""
    reader: SignedIn = g.get("watcher") or person
    now = clock.now()
    if is_shut(reader, said, day_of(now), current_settings().factor_since):
        return error_response(403, SET_UP_FIRST) if wants_json() else redirect(url_for("factors.security"), 302 if _reading() else 303)
    if not stale(reader, said, now):
        return None
    if not _reading():
        flash(PROVE_AGAIN, "warning")
    target = safe_next(_page_asked_for() if _reading() else _page_of_the_form())
    return redirect(url_for("factors.verify", next=target), 302 if _reading() else 303)


def _verdict(endpoint: str, said: Endpoint | None) -> Admission:
    """What is public asks nothing of the database. `g.shared`: what this visitor reads is what any other reads who brings no cookie."""
    verdict = decide_admission(None, said)
    if verdict is not Admission.SIGN_IN:
        return verdict
    if person := person_or_none():
        return decide_admission(person.roles, said)
    if not open_to_visitors(endpoint, **(request.view_args or {})):
        return Admission.SIGN_IN
    g.shared = not request.cookies
    return Admission.ALLOWED


def _token_refused(_error: CSRFError) -> ResponseReturnValue:
    """403, except to somebody of ours whose session ended meanwhile: the token went with it, what was typed need not."""
    if decide_admission(None, endpoints.find(request.endpoint or "")) is Admission.SIGN_IN and _sent_from_here() and person_or_none() is None:
        return _to_sign_in()
    return error_response(403)


def _sent_from_here() -> bool:
    """True when the browser says that the form stood on this site."""
    return urlsplit(request.headers.get("Origin") or request.referrer or "").netloc == request.host


def _to_sign_in() -> ResponseReturnValue:
    reading = _reading()
    if wants_json():
        return error_response(401, SESSION_OVER)  # our scripts keep in the browser what they could not send
    if reading and request.endpoint == HOME and open_to_visitors(LANDING):
        return cast("ResponseReturnValue", current_app.view_functions[LANDING]())
    kept = None if reading else _keep()
    if not (reading or kept) and request.endpoint != "security.logout":
        flash(NOT_SENT, "warning")
    target = safe_next(_page_asked_for() if reading else kept or _page_of_the_form())
    address = url_for("security.login", next=target) if target and target != "/" else url_for("security.login")
    return redirect(address, 302 if reading else 303)


def _reading() -> bool:
    return request.method in ("GET", "HEAD")


def _keep() -> str | None:
    db.session.rollback()  # looking the person up began a transaction, and the keeper writes in its own
    return hooks.keep_submission.here()()


def _page_asked_for() -> str:
    return request.full_path.removesuffix("?")


def _page_of_the_form() -> str | None:
    """Where the form stood: the browser names it; else the address that took it. None where no page is read there, as of a form that was refused before."""
    named, pages = urlsplit(request.referrer or ""), current_app.create_url_adapter(request)
    stood = urlunsplit(("", "", named.path, named.query, "")) if request.referrer else request.root_path + _page_asked_for()
    path = urlsplit(stood).path.removeprefix(request.root_path)
    return stood if named.netloc in ("", request.host) and pages and pages.test(path, "GET") else None


# --- Entering by another way than the password page ---
#
# A passkey or a code, their institution, a link behind which they chose a password.

PROVED = "second-factor"
"""What `login_user` is told by whoever has seen a second factor."""


def enter(person: Person, target: str, by: str) -> ResponseReturnValue:
    """Open the session of somebody who proved who they are by `by`, and lead them to `target`; to the page of their second factor first, if `by` is not one.

    The caller has committed what the proof changed, and nothing else waits in `db.session`: it is committed here. The session that was open in this
    browser, whoever's it was, ends.
    """
    if reader := person_or_none():
        sessions.end(db.session, reader.sign_in)
    login_user(person, remember=False, authn_via=[by])
    if "_user_id" not in session:
        return see(url_for("factors.verify", next=target))
    return see(target)


def see(address: str) -> ResponseReturnValue:
    return redirect(address, 303 if request.method == "POST" else 302)
