"""The words of an email as they are now: those that administrators chose, or the original ones; and the message made of them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.platform.mail.models import EmailWording
from app.platform.mail.outbox import Message
from app.platform.mail.wordings import SUBJECT_LENGTH, Email, Value, completed, fill_wording


def current_words(session: Session, email: Email) -> tuple[str, str]:
    """Subject and text."""
    newest = select(EmailWording).where(EmailWording.name == email.key).order_by(EmailWording.id.desc()).limit(1)
    row = session.scalar(newest) if email.editable else None
    return (row.subject, row.text) if row is not None and row.text else (email.subject, email.text)


def make_message(email: Email, words: tuple[str, str], recipient: str, values: Mapping[str, Value], *, unsubscribe: str = "", reply_to: str = "") -> Message:
    """`words`: `current_words`. `values`: of each variable."""
    subject, text = words
    written = fill_wording(email, subject, completed(email, text), values)
    return Message(recipient, written.subject[:SUBJECT_LENGTH], written.text, written.html, unsubscribe, reply_to)
