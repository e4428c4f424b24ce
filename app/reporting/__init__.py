"""« Le pilotage »: where the people of a scope stand, in a grid, on a page each and in files, and what is decided for them."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.reporting.views import blueprint

    app.register_blueprint(blueprint)
