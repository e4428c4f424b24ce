"""Addresses that do not work: marked by a server's refusal or by a bounce, until somebody corrects them or tries again."""

from __future__ import annotations

import smtplib
from datetime import datetime

from msgspec import Struct
from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.platform.db import Base, UtcDateTime, insert_once
from app.platform.mail import trial

WORDS_LENGTH = 300


class AddressFault(Base):
    """No letter leaves to this address: it would come back. `words`: what a server said of it."""

    __tablename__ = "address_fault"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    words: Mapped[str] = mapped_column(String(WORDS_LENGTH))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Reply(Struct, frozen=True):
    """Why a letter did not leave. `final`: it never will; `said`: by the server, else it could not even be written; `address`: because of its address."""

    words: str
    final: bool = False
    address: bool = False
    said: bool = True


def mark(session: Session, address: str, words: str, now: datetime) -> None:
    """A second time changes nothing."""
    insert_once(session, AddressFault, {"address": address, "words": reason_line(words), "at": now})


def unmark(session: Session, address: str) -> None:
    session.execute(delete(AddressFault).where(AddressFault.address == address))


def fault_of(session: Session, address: str) -> AddressFault | None:
    return session.get(AddressFault, address)


def reason_line(words: str) -> str:
    """Puts a server's words on one line, shortened, without characters that no database stores."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:WORDS_LENGTH]


def reply(error: Exception) -> Reply:
    """What an error of the exchange says: 5xx on the address or the message is final, 4xx and silence are not.

    A server that refuses us all, by its greeting, the password or the sender, says nothing of this letter: it is for the operator to mend.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, text = next(iter(error.recipients.values()))
        return Reply(_reply_line(code, text), final=code >= 500, address=code >= 500)
    if isinstance(error, smtplib.SMTPDataError):
        return Reply(_reply_line(error.smtp_code, error.smtp_error), final=error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPResponseException):
        return Reply(_reply_line(error.smtp_code, error.smtp_error))
    if isinstance(error, (ValueError, smtplib.SMTPNotSupportedError)):
        return Reply("Cette adresse, ou l’objet du courriel, ne peut pas être écrite dans un message.", final=True, said=False)
    return unheard(error)


def unheard(error: Exception) -> Reply:
    """No server took or refused the letter: it says nothing of it."""
    return Reply(f"Serveur de courriel : {trial.sentence(error)}")


def _reply_line(code: int, text: bytes | str) -> str:
    return reason_line(f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}")
