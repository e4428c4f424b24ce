"""Outgoing mail: rows of an outbox, written with the rest of a transaction, sent after its commit, never before and never lost.

A row lives until the server has taken the message (or until we give up), then it is deleted: no address stays behind.
Delivery is at least once. It happens in a thread, so that nobody can tell from the time of an answer whether mail left.
"""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from urllib.parse import urlsplit

from flask import Flask, current_app, render_template
from sqlalchemy import String, Text, delete, event, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import clock, log
from app.db import Base, UtcDateTime, db, writing
from app.settings import Settings, current_settings
from app.site.queries import current_site

CLAIM = timedelta(minutes=5)
"""A sender that died in the middle lets go of its message after this long."""
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""After each failure, how long before the next try; then we give up."""
TIMEOUT_SECONDS = 20
IMMEDIATE = 465
"""The port where encryption comes before the first word."""


class OutgoingMail(Base):
    """One message that has not left yet. `recipient` is empty for a letter to nobody (see `queue`)."""

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


@dataclass(frozen=True, slots=True)
class Letter:
    """What to send, in text and in HTML. An empty `recipient` makes a letter to nobody."""

    recipient: str
    subject: str
    text: str
    html: str
    unsubscribe: str = ""
    """The address that ends letters of this kind by one POST (RFC 8058); empty for a letter that one must get."""
    reply_to: str = ""
    """Whom an answer reaches, addresses with commas between: whoever signed the letter. Empty: nobody, the letter is the site's own."""


def render(name: str, page: object) -> tuple[str, str]:
    """A letter's text and HTML, of the two templates of that name."""
    text, html = (render_template(f"{name}.{kind}", page=page) for kind in ("txt", "html"))
    return text, html


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one run of the sender did."""

    sent: int = 0
    failed: int = 0
    abandoned: int = 0


def base(settings: Settings) -> str:
    """What the addresses in letters begin with. Built on the settings: what a request says of its host could be forged."""
    return settings.site_url.rstrip("/") or f"http://127.0.0.1:{settings.port}"


def available(settings: Settings) -> bool:
    """Can mail with links be sent? It needs a server, and the public address: the one that a request claims could be forged."""
    return bool(settings.smtp_host and settings.site_url)


def queue(session: Session, letter: Letter, now: datetime) -> OutgoingMail:
    """Put a letter in the outbox. Flushes; it leaves after the caller's commit.

    A letter to nobody costs the same work as another and is thrown away by the sender: an unknown address then takes the time of a known one.
    """
    recipient = "" if letter.recipient.endswith(".invalid") else letter.recipient  # RFC 2606: people without an address have one there
    row = OutgoingMail(recipient=recipient, subject=letter.subject, text=letter.text, html=letter.html, created_at=now, not_before=now)
    row.unsubscribe, row.reply_to = letter.unsubscribe or None, letter.reply_to or None
    session.add(row)
    session.flush()
    send_after_commit(session)
    return row


def hold_back(session: Session) -> None:
    """No sender starts at this session's commit: the caller sends what it queued, when it has queued all."""
    session.info["mail_sender"] = True


def send_after_commit(session: Session) -> None:
    """One sender for all that a transaction queues: two hundred invitations are no two hundred threads."""
    if not current_app.config["MAIL_IN_BACKGROUND"] or session.info.get("mail_sender"):
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    session.info["mail_sender"] = True

    def send(committed: Session) -> None:
        committed.info.pop("mail_sender", None)
        _send_soon(app)

    event.listen(session, "after_commit", send, once=True)


def _send_soon(app: Flask) -> None:
    threading.Thread(target=_send_in, args=(app,), name="mail", daemon=True).start()


def _send_in(app: Flask) -> None:
    with app.app_context():
        send_pending(clock.now())


def send_pending(now: datetime) -> Delivery:
    """Send what is due, each message in short transactions of its own. Several senders at once share the work."""
    settings = current_settings()
    if not settings.smtp_host:
        return Delivery()
    outcomes = [_send_one(settings, number, now) for number in _due(now)]
    return Delivery(*(outcomes.count(word) for word in ("sent", "failed", "abandoned")))


def send_all(now: datetime) -> Delivery:
    """All that is due, however much: one call of `send_pending` takes two hundred."""
    done = Delivery()
    while (some := send_pending(now)) != Delivery():
        done = Delivery(done.sent + some.sent, done.failed + some.failed, done.abandoned + some.abandoned)
    return done


def anything_due(session: Session, now: datetime) -> bool:
    """Has a letter waited past its time?"""
    return session.scalar(select(OutgoingMail.id).where(OutgoingMail.not_before <= now).limit(1)) is not None


def _due(now: datetime) -> list[int]:
    with db.sessionmaker() as session:
        return list(session.scalars(select(OutgoingMail.id).where(OutgoingMail.not_before <= now).order_by(OutgoingMail.id).limit(200)))


def _send_one(settings: Settings, number: int, now: datetime) -> str:
    row = _claim(number, now)
    if row is None:
        return "taken"
    try:
        if row.recipient:
            transmit(settings, compose(settings, row, now))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # The class alone: an SMTP error often repeats the address.
        log.event("mail_failed", mail=number, attempts=row.attempts, error=type(error).__name__)
        return _put_off(number, row.attempts, now)
    _forget(number)
    log.event("mail_sent", mail=number)
    return "sent" if row.recipient else "discarded"


def _claim(number: int, now: datetime) -> OutgoingMail | None:
    """The message, if it is still there and no other sender has it."""
    claim = update(OutgoingMail).where(OutgoingMail.id == number, OutgoingMail.not_before <= now)
    with writing() as session:
        taken = session.scalar(claim.values(not_before=now + CLAIM, attempts=OutgoingMail.attempts + 1).returning(OutgoingMail.id))
        return session.get(OutgoingMail, taken) if taken else None


def _put_off(number: int, attempts: int, now: datetime) -> str:
    if attempts > len(DELAYS):
        _forget(number)
        log.event("mail_abandoned", mail=number)
        return "abandoned"
    with writing() as session:
        session.execute(update(OutgoingMail).where(OutgoingMail.id == number).values(not_before=now + DELAYS[attempts - 1]))
    return "failed"


def _forget(number: int) -> None:
    with writing() as session:
        session.execute(delete(OutgoingMail).where(OutgoingMail.id == number))


def sender(settings: Settings) -> str:
    """The From of our mail: the setting, or `ne-pas-repondre@` the site's own host."""
    host = urlsplit(settings.site_url).hostname or "localhost"
    return settings.mail_from or formataddr((current_site().name, f"ne-pas-repondre@{host}"))


def compose(settings: Settings, row: OutgoingMail, now: datetime) -> EmailMessage:
    """The message as it travels. Raises ValueError for a header that would break out of its line."""
    message = EmailMessage()
    message["From"] = sender(settings)
    message["To"] = row.recipient
    message["Subject"] = row.subject
    if row.reply_to and "@" in row.reply_to:  # an erasure leaves no address there
        message["Reply-To"] = row.reply_to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(settings, row)
    message["Auto-Submitted"] = "auto-generated"
    if row.unsubscribe:
        message["List-Unsubscribe"] = f"<{row.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(row.text)
    message.add_alternative(row.html, subtype="html")
    return message


def _message_id(settings: Settings, row: OutgoingMail) -> str:
    """The same at each try: a server that took a message without our hearing of it knows the second for the first."""
    domain = parseaddr(sender(settings))[1].rpartition("@")[2]
    return f"<{row.id}.{int(row.created_at.timestamp() * 1_000_000)}@{domain}>"


def transmit(settings: Settings, message: EmailMessage) -> None:
    """Hand one message to the SMTP server. Raises OSError or SMTPException."""
    with connect(settings, TIMEOUT_SECONDS) as server:
        server.send_message(message)


@contextmanager
def connect(settings: Settings, timeout: float) -> Iterator[smtplib.SMTP]:
    """The server, encrypted and signed in as the settings say. Raises OSError or SMTPException."""
    context, immediate = ssl.create_default_context(), settings.smtp_port == IMMEDIATE
    if immediate:
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=timeout)
    with server:
        if settings.smtp_tls and not immediate:
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        yield server
