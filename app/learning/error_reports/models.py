"""« Signaler une erreur »: what somebody found wrong in a lesson or in a question, and what a trainer answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class ErrorReport(Base):
    """Open until a trainer answers. It says which text was read, so that it can be told whether that text has changed since."""

    __tablename__ = "error_report"
    __table_args__ = (Index("ix_error_report_document_id", "document_id"), Index("ix_error_report_person_id", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    element_id: Mapped[str] = mapped_column(String(60))
    """The lesson that was read, or the quiz that was taken."""
    document_id: Mapped[str] = mapped_column(String(60))
    """The document that holds the text: the lesson, or the quiz whose file holds the question."""
    question_id: Mapped[str] = mapped_column(String(60), default="")
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the question, or of the lesson's text, as it was read."""
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """The revision that was read."""
    anchor: Mapped[str] = mapped_column(String(120), default="")
    """The heading under which it stands, where the person said so."""
    passage: Mapped[str] = mapped_column(Text, default="")
    message: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    fixed: Mapped[bool | None]
    """The text was, or will be, corrected; False: there was nothing to correct."""
    answer: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True, slots=True)
class ReportedText:
    """What was read: the lesson, or the question of a quiz, in the version that was shown."""

    element_id: str
    document_id: str
    fingerprint: str
    revision_id: int | None
    question_id: str = ""
    anchor: str = ""
