"""A module as a package that an LMS plays, SCORM 1.2 or cmi5, by one writer: it stands alone, and marks as the site does."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.packages import views

    app.register_blueprint(views.blueprint)
