"""A repository that the site follows (`[git]` of settings.toml): what is pushed comes in, checked as a whole; what is published goes out, by its author.

The clone in the instance is the course's folder: `/atelier/fichiers` shows and merges what moved on both sides. Which text both sides had in common is told by
`Publication.file_revision_id`, as for any folder: nothing else is kept.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.git import views

    app.cli.add_command(views.git)
    app.register_blueprint(views.blueprint)
