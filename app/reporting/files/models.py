"""A large file that somebody asked for: the outbox of files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, UtcDateTime
from app.reporting.files.rules import TOLD


class LargeFile(Base):
    """One file of one person. Its bytes, and the numbers of whom it names, are kept by `store` under `rules.key`."""

    __tablename__ = "large_file"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    what: Mapped[str] = mapped_column(String(60))
    """The endpoint that gives the same file at once where it is small: its permission, its words in the journal."""
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    """What was chosen, as an address says it."""
    told: Mapped[str] = mapped_column(String(TOLD))
    """The same in words."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    wish: Mapped[str | None] = mapped_column(String(64), unique=True)
    """`rules.same_wish`, until it is made or given up."""
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    """People written, of `total`."""
    claim: Mapped[int] = mapped_column(default=0)
    """How often it was begun: only the last to begin may end it."""
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(String(80), default="")
    """As whoever takes it keeps it."""
    size: Mapped[int] = mapped_column(default=0)
    """Bytes."""
    seen: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Whom its reader could see when it was made (`rules.Seen`)."""
    said: Mapped[str] = mapped_column(String(TOLD), default="")
    """Why there will be no file."""
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
