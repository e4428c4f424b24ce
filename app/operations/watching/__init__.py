"""What a machine is told of the site: metrics, and errors as they happen."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.operations.watching import alerts, views

    alerts.init_app(app)
    app.register_blueprint(views.blueprint)
