"""The glossary, the timeline and the sources."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.reference.views import blueprint

    app.register_blueprint(blueprint)
