"""What people do, sent to learning record stores (xAPI 1.0.3): the ledger is the queue, one statement a row.

Another event is a line of `VERBS` in `rules.py` and a template of docs/integrateurs/profil-xapi.jsonld, of a new version where its shape changes (decision 42).
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.statements import views

    app.cli.add_command(views.statements)
    app.register_blueprint(views.blueprint)
