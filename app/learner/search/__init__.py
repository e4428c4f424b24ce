"""« Trouver »: what somebody may read, found by words, on one page and from a shell.

Another kind of thing has its sections in `content/search/sections.py` if it is published, its reader in `own.py` if it belongs to one person, and its name in `rules.py`.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.learner.search import cli, views

    app.register_blueprint(views.blueprint)
    app.cli.add_command(cli.search)
