"""The glossary, the timeline, the sources, the toolbox and the library.

A category of source is in `SourceKind` of `content/values/text.py`; the words for how a source was read, in `READ` of `content/rendering/page.py`; the page, in `catalogue.py`.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.learner.reference import catalogue, facts, library, library_cli, pages, toolbox  # noqa: F401 — pages
    from app.learner.reference.syntheses import views

    app.register_blueprint(pages.blueprint)
    app.register_blueprint(toolbox.blueprint)
    library.init_app(app)
    app.cli.add_command(library_cli.library)
    app.register_blueprint(views.blueprint)
    app.cli.add_command(views.syntheses)
