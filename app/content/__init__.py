"""Text → frozen values; stored revisions; checks; the file sync. No pages, nothing of people."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.content import cli
    from app.content.search.services import refresh
    from app.content.store.queries import doubt
    from app.content.store.services import published

    published.connect(refresh)
    published.connect(doubt)
    app.cli.add_command(cli.content)
