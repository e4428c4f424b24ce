"""The settings of the site, one row a change: the last one holds, the others are its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, BigId, UtcDateTime


class SiteRevision(Base):
    """All the settings after a change: rows are added, never changed."""

    __tablename__ = "site_revision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What `site.rules.stored` gives."""
    follows: Mapped[int] = mapped_column(BigId, unique=True)
    """The change that its author had read: two who change at once follow the same one, and the second is refused. 0 for the first."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
