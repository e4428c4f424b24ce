"""What is stored of the course: documents, their immutable Revisions, which one is published, and the generation of the whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from app.content.limits import ID_LENGTH
from app.platform.db import Base, BigId, UtcDateTime

MINOR, MAJOR = "mineure", "à relire"
"""Kinds of change: the second one tells those who had read it."""


class Document(Base):
    """One document of the course, whatever becomes of its title, of its path and of its text."""

    __tablename__ = "document"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(255))
    """Where its file stands, or will stand when it is exported."""


class Revision(Base):
    """One text of a document, for ever: rows are added, never changed."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), index=True)
    path: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    """Normalised."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the text."""
    media: Mapped[dict[str, str]] = mapped_column(JSON)
    """Name → SHA-256 of each image that it shows."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: it came from the files."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    change: Mapped[str] = mapped_column(String(10))


class Publication(Base):
    """Which revision of a document is published, one row a document."""

    __tablename__ = "publication"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """None: it is withdrawn; its revisions stay."""
    major_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the text last changed in a way to read again."""
    file_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """The last revision that the file and this table had in common; None for a document that is in no file."""


class ContentState(Base):
    """One row: the generation of what is published. It is computed from it, so that two equal generations hold the same texts."""

    __tablename__ = "content_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(BigInteger)


@event.listens_for(Revision, "before_update")
def _immutable(_mapper: Any, _connection: Any, revision: Revision) -> None:
    raise RuntimeError(f"revision {revision.id} may not change: add another one")
