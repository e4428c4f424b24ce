"""Alembic, as the application uses it: upgrade at set-up, and say whether the database is behind the code.

A new revision: `flask db revision "what it does"`, then read it. Revisions speak SQLAlchemy only: our own column types are written as what
they are stored as, so that a revision still runs when the code has moved on.
"""

from __future__ import annotations

from typing import Any, Literal

from flask import Flask
from flask_alembic import Alembic
from sqlalchemy.types import TypeDecorator

from app.db import Base


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A decorated type as its plain one."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


alembic = Alembic(metadatas=Base.metadata)


def init_app(app: Flask) -> None:
    app.config.setdefault("ALEMBIC", {"script_location": f"{app.root_path}/migrations", "version_locations": []})
    app.config.setdefault("ALEMBIC_CONTEXT", {"render_as_batch": True, "compare_type": True, "render_item": _render_item})
    alembic.init_app(app)


def pending() -> bool:
    """True when the database's revision is not the newest one in `app/migrations`."""
    heads = {revision.revision for revision in alembic.heads()}
    return heads != {revision.revision for revision in alembic.current()}


def upgrade() -> None:
    """Bring the database to the newest revision."""
    alembic.upgrade()
