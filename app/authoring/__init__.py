"""« L'atelier »: every page a trainer writes in. Drafts, previews, remedies; what is published goes through `content`."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

VIEWS: tuple[str, ...] = (
    "views",
    "file_views",
    "word_views",
    "archive_views",
    "editor_views",
    "publishing_views",
    "second_reading_views",
    "history_views",
    "merging_views",
    "merging_files_views",
    "statistics_views",
    "regrading_views",
    "report_views",
)
"""Modules of this package that add their pages to the blueprint."""


def init_app(app: Flask) -> None:
    from app.authoring import drafting, publishing
    from app.authoring.cli import atelier
    from app.authoring.file_views import LARGE_FORMS
    from app.authoring.pages import blueprint
    from app.content.sync import synchronised
    from app.identity import guards
    from app.identity.services import merged

    for name in VIEWS:
        import_module(f"app.authoring.{name}")
    app.register_blueprint(blueprint)
    app.extensions[guards.LARGE_FORMS] |= LARGE_FORMS
    app.cli.add_command(atelier)
    merged.connect(drafting.follow_merge)
    synchronised.connect(publishing.note_synchronised)
