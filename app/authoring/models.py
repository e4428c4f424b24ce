"""What a trainer is writing and has not published: one draft a trainer and document."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.content.limits import ID_LENGTH
from app.db import Base, UtcDateTime

ERRORS, MOVED, GONE = "erreurs", "fusion", "compte"
REFUSALS = MappingProxyType(
    {
        ERRORS: "Le texte a des erreurs, dans le cours tel qu’il est devenu. Ouvrez sa relecture : elle les montre.",
        MOVED: "Quelqu’un a publié ce texte entre-temps. Ouvrez la fusion : rien n’est écrasé.",
        GONE: "La personne qui l’avait programmée n’écrit plus le cours.",
    }
)
"""Why a planned publication was not made."""


class Draft(Base):
    """Two trainers on one document have two drafts: publishing merges them, saving never meets."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("author_id", "document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
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


class PlannedPublication(Base):
    """A text that will be published at a date as it was read when the date was given, whatever its draft becomes. One a document."""

    __tablename__ = "planned_publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    path: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    media: Mapped[dict[str, str]] = mapped_column(JSON)
    base_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """What was published when the date was given: another one since, and it waits for a merge."""
    change: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its time came and it could not be published; it is then tried no more."""
    refusal: Mapped[str] = mapped_column(String(20), default="")
    """Why: one of `REFUSALS`."""


class ReadingRequest(Base):
    """« Peux-tu relire ? »: one trainer asks another about a draft. The answer is about the very text that was read."""

    __tablename__ = "reading_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    message: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agreed: Mapped[bool | None]
    """None while there is no answer; False: there are remarks."""
    remarks: Mapped[str] = mapped_column(Text, default="")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    """Of the text that was read, once it is answered."""
