"""What a trainer is writing and has not published: drafts, plans, and what others say of them, here or in a file."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

from flask import Blueprint
from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.content.values.text import ID_LENGTH
from app.platform.db import Base, UtcDateTime

blueprint = Blueprint("authoring", __name__, url_prefix="/atelier")
"""Every page of the atelier is on it. It stands here because in `app.authoring` itself it would make a circle of imports."""

GUEST_LENGTH, ANCHOR_LENGTH = 80, 120
"""Characters of a guest's name, of a heading's id."""
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
    why: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What changed, in a sentence, for whoever learned it otherwise."""
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


class Remark(Base):
    """What a reader says of a passage of a draft, or an answer to it. Goes with its draft."""

    __tablename__ = "remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose draft it is about."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """The trainer who says it; None for a guest."""
    guest: Mapped[str] = mapped_column(String(GUEST_LENGTH), default="")
    """The name that a guest gave."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id", ondelete="CASCADE"), index=True)
    """The remark that this one answers."""
    heading: Mapped[str] = mapped_column(String(ANCHOR_LENGTH), default="")
    """The heading under which it stands, by its id in the page."""
    quote: Mapped[str] = mapped_column(Text, default="")
    """The passage, as it was shown."""
    text: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SentText(Base):
    """A text that went out as a file for word processors, as it was: what comes back is compared with it."""

    __tablename__ = "sent_text"
    __table_args__ = (UniqueConstraint("author_id", "document_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    media: Mapped[dict[str, str]] = mapped_column(JSON)
    notes: Mapped[dict[str, str]] = mapped_column(JSON)
    """What the notes said that the text calls and does not define, by label."""
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Last: the same text may be sent again."""


class GuestLink(Base):
    """An address that lets one guest, without an account, read some drafts of one trainer and say what they think of them."""

    __tablename__ = "guest_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    mark: Mapped[str] = mapped_column(String(40))
    """Of what was drawn with the form that made it: sent twice, it makes one link; and a number that serves again opens nothing of before."""
    documents: Mapped[list[str]] = mapped_column(JSON)
    guest: Mapped[str] = mapped_column(String(GUEST_LENGTH), default="")
    """Their name, asked once."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Brought forward when it is revoked."""
