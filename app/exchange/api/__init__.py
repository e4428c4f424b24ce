"""What other programs read of the site: `/api/v1`, its tokens, its description.

Another answer is a function with one query, its route in `views.py` and its schema in `openapi.yaml`. A value of an enumeration has its code in `CODES` of `rules.py`,
a column of the grid its `key` in `reporting/grid/columns.py`; both stand in `openapi.yaml`, and docs/integrateurs/ explains them.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.api import queries, token_views, views
    from app.platform import hooks

    hooks.error_speakers.of(app)["/api/"] = queries.speak
    app.register_blueprint(views.blueprint)
    app.register_blueprint(token_views.blueprint)
