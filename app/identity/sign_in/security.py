"""Flask-Security as we use it: sign-in, sign-out and password hashing. Its other pages, its tokens and its commands stay off.

Password links are ours (`tokens`): with Flask-Security's, an unknown address answers sooner than a known one. See docs/decisions.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request, session, url_for
from flask_principal import identity_changed  # type: ignore[import-untyped]
from flask_security import FSQLALiteUserDatastore, Security
from flask_security.signals import user_authenticated
from werkzeug.exceptions import BadRequest

from app.identity import queries
from app.identity.forms import SignInForm, SignInPage
from app.identity.models import Person, PersonRole
from app.identity.passwords import memory
from app.identity.passwords.rules import NORMAL_FORM
from app.identity.rules import workplace
from app.identity.sessions import store
from app.identity.sessions.redirects import safe_next
from app.identity.sign_in import own_keys, views
from app.identity.sign_in.factors import half, passkeys
from app.identity.sign_in.guards import person_or_none
from app.identity.sign_in.institutions import views as institution_views
from app.platform import clock
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.site.queries import current_site
from app.platform.web.edge import readable_address
from app.platform.web.endpoints import PUBLIC, page

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
    "PERMANENT_SESSION_LIFETIME": store.LIFETIME,
    # WTForms speaks French by itself: Flask-WTF would ask Flask-Babel.
    "WTF_I18N_ENABLED": False,
}


def init_app(app: Flask) -> None:
    app.config.update(CONFIG)
    memory.give_back()
    security = Security(render_template=_render)
    security.init_app(app, FSQLALiteUserDatastore(db, Person, PersonRole), login_form=SignInForm)
    security.want_json(lambda _request: False)
    # Only our cookie opens a session: no token in an address or a header is read.
    security.login_manager._request_callback = None
    security.login_manager.user_loader(_load_person)
    # Flask-Principal stays idle: it would load the person for static files too, and our guard reads the roles itself.
    security.principal.identity_loaders.clear()
    identity_changed.disconnect(security.principal._on_identity_changed, app)
    app.view_functions["security.logout"] = views.sign_out
    page(who=PUBLIC)(app.view_functions["security.login"])
    user_authenticated.connect(views.renew, app)
    app.before_request(_refuse_unreadable_next)
    app.after_request(_see_other)
    app.after_request(views.note_use)
    for part in (own_keys, institution_views):
        app.register_blueprint(part.blueprint)


def _load_person(mark: str) -> queries.SignedIn | None:
    """The value that `current_user` stands for. If the database fails here, the error page must not ask it again."""
    g._login_user = None
    return queries.signed_in(db.session, mark, clock.now())


def _render(_template: str, login_user_form: SignInForm, **_context: Any) -> tuple[str, int, dict[str, str]]:
    """The sign-in page, the only one of Flask-Security's that is on."""
    settings = current_settings()
    at = passkeys.place(settings)
    key = passkeys.to_prove(at, (), clock.now(), alone=True) if at else ""
    page = SignInPage(form=login_user_form, contact=current_site().contact, arriving=bool(login_user_form.next.data), key=key, institutions=settings.oidc)
    return render_template("security/login_user.html", page=page), *login_user_form.answer


def _refuse_unreadable_next() -> None:
    """At sign-in, which is open to all, Flask-Security splits it without a net. Signing out, which is ours, does not read it."""
    if request.endpoint == "security.login" and not all(map(readable_address, request.values.getlist("next"))):
        raise BadRequest


def landing(address: str) -> str:
    """Returns where to go after sign-in; without a requested page, each person lands where they work."""
    person = None if address != "/" else person_or_none() or _load_person(session.get("_user_id", ""))
    place = workplace(person.roles) if person else ""
    return url_for(place) if place in current_app.view_functions else address


def _see_other(response: Response) -> Response:
    """Flask-Security redirects with 302 and checks where: we say 303 after a POST, and check once more."""
    if request.blueprint == "security" and response.status_code == 302:
        response.location = safe_next(response.location) or "/"
        if half.is_half_signed_in():  # the password was right, and is not enough
            response.location = url_for("factors.verify", next=response.location)
        else:
            response.location = landing(response.location)
        response.status_code = 303 if request.method == "POST" else 302
    return response
