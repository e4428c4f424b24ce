"""What all pages share and no subject: headers, errors, assets, templating, health, public pages."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from app import log
from app.db import db
from app.engines import prepare_engine
from app.web.compression import MaskedTokens

csrf = MaskedTokens()


def init_app(app: Flask) -> None:
    from app.web import assets, cli, compression, display, edge, errors, health, security, templating, typography, views

    app.jinja_environment = templating.Templates
    app.url_map.merge_slashes = False  # `/lecons//x` would redirect to an address made with the Host that the request claims
    edge.init_app(app)
    compression.init_app(app)  # before any other that looks at an answer: the first named is the last to run
    db.init_app(app)
    # The extension also closes asynchronous sessions, of which there are none: that would start an event loop at the end of each request,
    # which costs as much as a plain page and cannot be done in a thread where one is running (a browser under test).
    app.teardown_appcontext_funcs = [_at_the_end(closing) for closing in app.teardown_appcontext_funcs if not inspect.iscoroutinefunction(closing)]
    with app.app_context():
        prepare_engine(db.engine)
    csrf.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
    templating.init_app(app)
    typography.init_app(app)
    display.init_app(app)
    health.init_app(app)
    app.cli.add_command(cli.database)
    app.register_blueprint(views.blueprint)
    if proxies := app.config["CROISEE"].proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


def _at_the_end(closing: Callable[..., Any]) -> Callable[[BaseException | None], None]:
    """A database that goes away after a page was made, and before its transaction ends, takes nothing from it: what was to be kept is committed, the
    pool has forgotten the connection, the page is sent. An error here would be nobody's to answer: the server's own bare 500."""

    def close(error: BaseException | None) -> None:
        try:
            closing(error)
        except SQLAlchemyError as ended:
            log.event("session_broke_off", error=type(ended).__name__)

    return close
