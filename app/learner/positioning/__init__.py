"""What somebody knows already: a short test, what it proposes to be spared, and the first page.

The chance of guessing a type of question is `luck` in its file of `assessment/kinds/`; `flask positioning simulate` says what a change of `rules.py` is worth.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.learner.positioning import simulation, start_views, views
    from app.learner.positioning.services import follow_merge

    app.register_blueprint(views.blueprint)
    app.cli.add_command(simulation.positioning)
    merged.connect(follow_merge)
    start_views.init_app(app)
