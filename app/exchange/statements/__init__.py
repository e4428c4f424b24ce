"""What people do, told to learning record stores (xAPI 1.0.3): the ledger is the queue, one statement a row."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.statements import cli, views

    app.cli.add_command(cli.statements)
    app.register_blueprint(views.blueprint)
