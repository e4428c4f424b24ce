"""Alembic, as the application uses it: upgrade at set-up, and say whether the database is behind the code."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from flask_alembic import Alembic

from app.db import Base

alembic = Alembic(metadatas=Base.metadata)


def init_app(app: Flask) -> None:
    app.config.setdefault("ALEMBIC", {"script_location": f"{app.root_path}/migrations", "version_locations": []})
    app.config.setdefault("ALEMBIC_CONTEXT", {"render_as_batch": True, "compare_type": True})
    alembic.init_app(app)


def pending() -> bool:
    """True when the database's revision is not the newest one in `app/migrations`."""
    heads: tuple[Any, ...] = tuple(revision.revision for revision in alembic.heads())
    current: tuple[Any, ...] = tuple(revision.revision for revision in alembic.current())
    return set(heads) != set(current)


def upgrade() -> None:
    """Bring the database to the newest revision."""
    alembic.upgrade()
    current_app.logger.debug("migrated")
