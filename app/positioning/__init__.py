"""What somebody knows already: a short test, what it proposes to be spared, and the first page."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.learning.kept_forms.queries import KEPT_WORDS
    from app.positioning import cli, demo, start, views
    from app.positioning.services import follow_merge

    app.register_blueprint(views.blueprint)
    app.cli.add_command(cli.positioning)
    app.extensions["croisee_positioning_offer"] = views.offered
    app.extensions[KEPT_WORDS] |= {"positioning.answer": views.kept_words}
    merged.connect(follow_merge)
    start.init_app(app)
    demo.init_app(app)
