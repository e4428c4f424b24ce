"""The outbox's rows, the states of an email that has not left, and the words that administrators gave to emails."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, UtcDateTime
from app.platform.mail import faults
from app.platform.mail.wordings import SUBJECT_LENGTH

WAITING, REFUSED, TO_CORRECT, GIVEN_UP = "waiting", "refused", "to_correct", "given_up"
STATES = {
    WAITING: "en file",
    REFUSED: "refusé définitivement",
    TO_CORRECT: "à corriger",
    GIVEN_UP: "abandonné après deux jours d’essais",
}
"""Of an email that has not left, in words."""


class OutgoingMail(Base):
    """One message that has not left yet. `recipient` is empty for an email to nobody (see `outbox.queue`)."""

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    unsubscribe: Mapped[str | None] = mapped_column(String(500))
    reply_to: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    """One of `STATES`."""
    said: Mapped[str] = mapped_column(String(faults.WORDS_LENGTH), default="")
    """Why it has not left, in the server's own words."""


class EmailWording(Base):
    """The words of one email since a day. The last row counts; one without a text says that the original is back."""

    __tablename__ = "letter_wording"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), index=True)
    """`key` of the email."""
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
