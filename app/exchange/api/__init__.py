"""What other programs read of the site: `/api/v1`, its tokens, its description."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.api import answers, token_views, views
    from app.platform import hooks

    hooks.error_speakers.of(app)["/api/"] = answers.speak
    app.register_blueprint(views.blueprint)
    app.register_blueprint(token_views.blueprint)
