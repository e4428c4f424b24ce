"""The one table of the notebook."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.notebook.rules import KEY_LENGTH


class Note(Base):
    """What a person answered to a question of « Sur mon territoire ». Nobody else reads it. It outlives the question, whose words it keeps."""

    __tablename__ = "note"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id", "question_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lesson_id: Mapped[str] = mapped_column(String(60))
    question_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """By what the question is known (`rules.Asked`)."""
    lesson_title: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    """Both as they were when the answer was first written."""
    answer: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
