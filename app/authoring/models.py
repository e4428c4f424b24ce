"""What a trainer is writing and has not published: one draft a trainer and document."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class Draft(Base):
    """Two trainers on one document have two drafts: publishing merges them, saving never meets."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("author_id", "document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(String(60), index=True)
    """No foreign key: the document may not be published yet."""
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    path: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    media: Mapped[dict[str, str]] = mapped_column(JSON)
    """Name → SHA-256 of each image that it may show."""
    base_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"), index=True)
    """The published revision it started from; None for a new document."""
    version: Mapped[int]
    """Counts the saves: each says which version it replaces."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
