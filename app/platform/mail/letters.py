"""Letters in the words that administrators chose, or in the original ones; each change is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.platform.db import Base, UtcDateTime
from app.platform.mail.outbox import Letter
from app.platform.mail.wordings import SUBJECT_LENGTH, Value, Wording, completed, filled
from app.platform.site.queries import current_site


class LetterWording(Base):
    """The words of one letter since a day. The last row counts; one without a text says that the original is back."""

    __tablename__ = "letter_wording"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def current(session: Session, wording: Wording) -> tuple[str, str]:
    """Subject and text, as they are now."""
    row = session.scalar(select(LetterWording).where(LetterWording.name == wording.name).order_by(LetterWording.id.desc()).limit(1))
    return (row.subject, row.text) if row is not None and row.text else (wording.subject, wording.text)


def letter(session: Session, wording: Wording, recipient: str, values: Mapping[str, Value]) -> Letter:
    return Letter(recipient, *worded(wording, current(session, wording), values))


def worded(wording: Wording, words: tuple[str, str], values: Mapping[str, Value]) -> tuple[str, str, str]:
    """Subject, text and HTML. `words`: `current`. `values`: of each variable; « prénom » is told by « nom », and the site has its own."""
    subject, text = words
    first, *_others = str(values["nom"]).split() or [""]
    written = filled(wording, subject, completed(wording, text), {**values, "prénom": first, "nom du site": current_site().name})
    return written.subject, written.text, written.html
