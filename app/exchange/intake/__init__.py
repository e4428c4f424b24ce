"""One import for all that a trainer owns: read by shape in a bounded process, its doubts asked, nothing kept before it is taken."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.intake import cli, views
    from app.platform import hooks

    hooks.lengths.of(app).update({"doubt": views.LONGEST_ANSWER})
    app.register_blueprint(views.blueprint)
    app.cli.add_command(cli.authoring)
