"""What all pages share and no subject: headers, errors, assets, templating, health, public pages.

Headers are in `edge.py`; what a reader may set, in `views.py`. The logo of Croisée is `static/img/croisee.svg`, from which `python -m tests.icons` draws the icons.
"""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature
from werkzeug.middleware.proxy_fix import ProxyFix

from app.platform.web.edge import MaskedTokens

csrf = MaskedTokens()


class Cookies(SecureCookieSessionInterface):
    """What is in a visitor's cookie has its own term where it needs one (`sign_in` rows): by the age of the cookie, a clock that is set back by two
    seconds would put out whoever has just signed in."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        signed, serializer = request.cookies.get(self.get_cookie_name(app), ""), self.get_signing_serializer(app)
        try:
            return self.session_class(serializer.loads(signed) if signed and serializer else None)
        except BadSignature:
            return self.session_class()


def init_app(app: Flask) -> None:
    from app.platform.web import assets, display, edge, errors, health, migrations, templating, views
    from app.platform.web import edge as compression

    app.session_interface = Cookies()
    app.jinja_environment = templating.Templates
    app.url_map.merge_slashes = False  # `/lecons//x` would redirect to an address made with the Host that the request claims
    edge.init_app(app)
    compression.init_compression(app)  # before any other that looks at an answer: the first named is the last to run
    edge.mount_under_prefix(app)
    csrf.init_app(app)
    edge.set_headers(app)
    errors.init_app(app)
    assets.init_app(app)
    templating.init_app(app)
    templating.set_typography(app)
    display.init_app(app)
    health.init_app(app)
    app.cli.add_command(migrations.database)
    app.register_blueprint(views.blueprint)
    if proxies := app.config["CROISEE"].proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
