"""Flask-Security as Croisée sets it up, and the session as its browser has it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_principal import identity_changed  # type: ignore[import-untyped]
from flask_security import FSQLALiteUserDatastore, Security, logout_user
from flask_security.signals import user_authenticated
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest

from app.identity import passwords, services, sessions
from app.identity.forms import SignInForm, SignInPage
from app.identity.models import Person, PersonRole
from app.identity.passwords import NORMAL_FORM
from app.identity.sessions import safe_next
from app.identity.sign_in import institution_views, own_keys, second_factor, second_factor_changes
from app.identity.sign_in.guards import PROVED, current_person
from app.identity.sign_in.institution_accounts import providers
from app.identity.sign_in.institution_views import LEAVING
from app.identity.sign_in.second_factor import FactorChange, has_factor
from app.identity.sign_in.second_factor_changes import changed
from app.platform import clock, log
from app.platform.db import db, writing
from app.platform.settings import current_settings
from app.platform.site import current_site, offers
from app.platform.web import display
from app.platform.web.edge import readable_address
from app.platform.web.endpoints import PUBLIC, SIGNED_IN, act, page

# --- The session as its browser has it: begun anew at sign-in, ended here first at sign-out ---
#
# What the server keeps of it is in `sessions`.

PATIENCE = 200
"""Milliseconds that a page waits to note that its session is used."""

NOT_ENDED = "Ce navigateur vous a oublié, mais le site n’a pas pu fermer votre session de son côté. Quand il sera rétabli, reconnectez-vous et fermez-la depuis « Vos sessions »."
KEPT_AT_SIGN_IN = frozenset({"_user_id", "_id", "_fresh", "fs_paa", "fs_cc", institution_views.WAITING})
"""What Flask-Login and Flask-Security write when somebody signs in, and an identity that waits for this proof. Whatever else the session held was there before."""


def renew(_app: Flask, user: Person, authn_via: Collection[str] | None = None, **_details: Any) -> None:
    """Starts a fresh session at sign-in: nothing of the visitor's session survives, least of all its CSRF token.

    Whoever has a second factor has only proved a part of who they are, as long as `authn_via` does not say `PROVED`.
    """
    g._login_user = None  # if the database fails here, the error page must not ask it again
    now = clock.now()
    try:
        services.confirm(db.session, user)
    except services.PasswordChanged:
        logout_user()
        raise
    proved = PROVED in (authn_via or ())
    if not proved and has_factor(db.session, user.id):
        db.session.commit()  # nobody waits for them meanwhile
        second_factor.begin(user, now, keep=(institution_views.WAITING,))
        g.pop("csrf_token", None)
        return
    browser = sessions.of(user.id)
    mark = _begin(user, browser, now, proved_at=now if proved else None, link_id=g.get("signed_in_by"))
    db.session.commit()  # before the browser is told: where it cannot be written, the form that was sent can be sent again
    for key in set(session) - KEPT_AT_SIGN_IN:
        session.pop(key)
    session["_user_id"] = mark
    g.pop("csrf_token", None)
    sessions.recognise(browser)
    if user.display is not None:
        display.keep(display.read_display(user.display))
    log.event("signed_in", person=user.id)


def _begin(user: Person, browser: sessions.Browser, now: datetime, **said: Any) -> str:
    if sessions.is_new(db.session, browser, now):
        changed.send(db.session, person=user, change=FactorChange.BROWSER, now=now)
    return sessions.begin(db.session, user.id, now, **sessions.describe_browser(request), **said)


def note_use(response: Response) -> Response:
    """About once an hour, the session of whoever asked is noted as used, in a transaction of its own. A page does not wait for it."""
    person = g.get("watcher") or g.get("_login_user")
    now = clock.now()
    if getattr(person, "sign_in", "") and person.used_at is not None and now - person.used_at > sessions.COARSE:
        try:
            with writing(PATIENCE) as session:
                sessions.record_use(session, person.sign_in, now)
        except SQLAlchemyError as error:
            log.event("use_not_noted", error=type(error).__name__)
    return response


@act(who=SIGNED_IN, before_factor=True)
def sign_out() -> ResponseReturnValue:
    """Signs out in place of Flask-Security's view. The browser forgets even if the row cannot be ended, which is then said."""
    try:
        link_id = sessions.end(db.session, current_person().sign_in)
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.event("sign_out_not_recorded", error=type(error).__name__)
        leave()
        flash(NOT_ENDED, "warning")
        return redirect(url_for("security.login"), 303)
    leave()
    if link_id is not None:
        session[LEAVING] = link_id
    return redirect(url_for("institutions.leave" if link_id is not None and offers("institutions") else "security.login"), 303)


def leave() -> None:
    """Clears the session, with messages not shown yet: somebody else may use this browser next."""
    logout_user()
    session.clear()


# --- Flask-Security: sign-in, sign-out and password hashing ---
#
# Its other pages, its tokens and its commands stay off.
# Password links are ours (`passwords`): with Flask-Security's, an unknown address answers sooner than a known one. See docs/decisions.

CONFIG: dict[str, Any] = {
    "SECURITY_LOGIN_URL": "/connexion",
    "SECURITY_LOGOUT_URL": "/deconnexion",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_LOGIN_USER_TEMPLATE": "security/login_user.html",
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_ANONYMOUS_USER_DISABLED": True,
    # Addresses are stored in one form, so that the look-up is exact and uses the index.
    "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": None, "case_insensitive": False}}],
    # argon2id as OWASP's cheat sheet gives it. No pepper: a lost secret key must not lose every password.
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {"argon2__type": "ID", "argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1},
    "SECURITY_PASSWORD_NORMALIZE_FORM": NORMAL_FORM,
    # Off: the page that asks for the password again, static files, commands.
    "SECURITY_FRESHNESS": timedelta(days=-1),
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SESSION_PROTECTION": None,
    "PERMANENT_SESSION_LIFETIME": sessions.LIFETIME,
    # WTForms speaks French by itself: Flask-WTF would ask Flask-Babel.
    "WTF_I18N_ENABLED": False,
}


def init_app(app: Flask) -> None:
    app.config.update(CONFIG)
    passwords.give_back()
    security = Security(render_template=_render)
    security.init_app(app, FSQLALiteUserDatastore(db, Person, PersonRole), login_form=SignInForm)
    security.want_json(lambda _request: False)
    # Only our cookie opens a session: no token in an address or a header is read.
    security.login_manager._request_callback = None
    security.login_manager.user_loader(_load_person)
    # Flask-Principal stays idle: it would load the person for static files too, and our guard reads the roles itself.
    security.principal.identity_loaders.clear()
    identity_changed.disconnect(security.principal._on_identity_changed, app)
    app.view_functions["security.logout"] = sign_out
    page(who=PUBLIC)(app.view_functions["security.login"])
    user_authenticated.connect(renew, app)
    app.before_request(_refuse_unreadable_next)
    app.after_request(_see_other)
    app.after_request(note_use)
    for part in (own_keys, institution_views):
        app.register_blueprint(part.blueprint)


def _load_person(mark: str) -> services.SignedIn | None:
    """The value that `current_user` stands for. If the database fails here, the error page must not ask it again."""
    g._login_user = None
    return services.signed_in(db.session, mark, clock.now())


def _render(_template: str, login_user_form: SignInForm, **_context: Any) -> tuple[str, int, dict[str, str]]:
    """The sign-in page, the only one of Flask-Security's that is on."""
    settings = current_settings()
    at = second_factor_changes.place(settings)
    key = second_factor_changes.to_prove(at, (), clock.now(), alone=True) if at else ""
    page = SignInPage(form=login_user_form, contact=current_site().contact, arriving=bool(login_user_form.next.data), key=key, institutions=providers())
    return render_template("security/login_user.html", page=page), *login_user_form.answer


def _refuse_unreadable_next() -> None:
    """At sign-in, which is open to all, Flask-Security splits it without a net. Signing out, which is ours, does not read it."""
    if request.endpoint == "security.login" and not all(map(readable_address, request.values.getlist("next"))):
        raise BadRequest


def _see_other(response: Response) -> Response:
    """Flask-Security redirects with 302 and checks where: we say 303 after a POST, and check once more."""
    if request.blueprint == "security" and response.status_code == 302:
        response.location = safe_next(response.location) or "/"
        if second_factor.is_half_signed_in():  # the password was right, and is not enough
            response.location = url_for("factors.verify", next=response.location)
        response.status_code = 303 if request.method == "POST" else 302
    return response
