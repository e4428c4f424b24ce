"""The outbox: the rows of emails that have not left, how they are queued and sent, and the words that administrators gave to emails."""

from __future__ import annotations

import smtplib
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from flask import Flask, current_app
from msgspec import Struct
from sqlalchemy import ColumnElement, ForeignKey, String, Text, and_, delete, event, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.platform import clock, log
from app.platform.db import Base, UtcDateTime, db, writing
from app.platform.mail import delivery
from app.platform.mail.delivery import SmtpConnection
from app.platform.mail.wordings import SUBJECT_LENGTH, Email, Value, add_missing_lists, fill_wording
from app.platform.settings import Settings, current_settings
from app.platform.site import current_site

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
    said: Mapped[str] = mapped_column(String(delivery.WORDS_LENGTH), default="")
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


# --- Queueing and sending: with the transaction, after its commit ---
#
# A row lives until the server has taken the message, then it is deleted: no address stays behind. What the server refuses for good, or does not
# take in two days, waits for whoever can mend it, and for the purge at last. Delivery is at least once. It happens in a thread, so that nobody
# can tell from the time of an answer whether mail left.

CLAIM = timedelta(minutes=5)
"""A sender that died in the middle lets go of its message after this long."""
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""After each failure, how long before the next try; then we give up."""
AT_ONCE = 200
NOWHERE = ".invalid"
"""The end of a made-up address (RFC 2606: no such domain can exist)."""


class Message(Struct, frozen=True):
    """What to send, in text and in HTML. An empty `recipient` makes a message to nobody."""

    recipient: str
    subject: str
    text: str
    html: str
    unsubscribe: str = ""
    """The address that ends emails of this kind by one POST (RFC 8058); empty for one that its reader must get."""
    reply_to: str = ""
    """Whom an answer reaches, addresses with commas between: whoever signed it. Empty: nobody, the email is the site's own."""


def reachable(address: str) -> str:
    """The address; empty for people without one."""
    return "" if address.endswith(NOWHERE) else address


class Delivery(Struct, frozen=True):
    """What one run of the sender did."""

    sent: int = 0
    failed: int = 0
    refused: int = 0
    abandoned: int = 0


def base(settings: Settings) -> str:
    """What the addresses in emails begin with. Built on the settings: what a request says of its host could be forged."""
    return settings.site_url.rstrip("/") or f"http://127.0.0.1:{settings.port}"


def available(settings: Settings) -> bool:
    """Can mail with links be sent? It needs a server, and the public address: the one that a request claims could be forged."""
    return bool(settings.smtp_host and settings.site_url)


def queue(session: Session, message: Message, now: datetime) -> OutgoingMail:
    """Put a message in the outbox. Flushes; it leaves after the caller's commit.

    A message to nobody costs the same work as another and is thrown away by the sender: an unknown address then takes the time of a known one.
    """
    row = OutgoingMail(recipient=reachable(message.recipient), subject=message.subject, text=message.text, html=message.html, created_at=now, not_before=now)
    row.unsubscribe, row.reply_to = message.unsubscribe or None, message.reply_to or None
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
        threading.Thread(target=_send_in, args=(app,), name="mail", daemon=True).start()

    event.listen(session, "after_commit", send, once=True)


def _send_in(app: Flask) -> None:
    with app.app_context():
        send_pending(clock.now())


def send_pending(now: datetime) -> Delivery:
    """Send all that is due, each email in short transactions of its own, many on one connection. Several senders at once share the work.

    Where no connection can be had, the rest is left as it is.
    """
    settings = current_settings()
    if not settings.smtp_host:
        return Delivery()
    outcomes, begun, line = Counter[str](), time.monotonic(), SmtpConnection(settings)
    with closing(line):
        for number in _due(now):
            outcomes[_send_one(line, number, now, timedelta(seconds=int(time.monotonic() - begun)))] += 1
            if line.cut:
                break
    return Delivery(*(outcomes[word] for word in ("sent", "failed", "refused", "abandoned")))


def _due(now: datetime) -> Iterator[int]:
    """The numbers of what is due, a few hundred at a time."""
    last = 0
    while True:
        due = select(OutgoingMail.id).where(OutgoingMail.state == WAITING, OutgoingMail.not_before <= now, OutgoingMail.id > last)
        with db.sessionmaker() as session:
            numbers = session.scalars(due.order_by(OutgoingMail.id).limit(AT_ONCE)).all()
        if not numbers:
            return
        yield from numbers
        last = numbers[-1]


def anything_due(session: Session, now: datetime) -> bool:
    """Has an email waited past its time?"""
    return session.scalar(select(OutgoingMail.id).where(OutgoingMail.state == WAITING, OutgoingMail.not_before <= now).limit(1)) is not None


def clock_set_back(session: Session, now: datetime) -> None:
    """No email waits longer than its tries ask, as one does that was written or tried while the clock was ahead. Not at once: one may be leaving."""
    longest = (and_(OutgoingMail.attempts == tries, OutgoingMail.not_before > now + delay + CLAIM) for tries, delay in enumerate(DELAYS, 1))
    ahead = OutgoingMail.state == WAITING, OutgoingMail.not_before > now + CLAIM, or_(OutgoingMail.created_at > now, *longest)
    session.execute(update(OutgoingMail).where(*ahead).values(not_before=now + CLAIM))


def _send_one(line: SmtpConnection, number: int, now: datetime, elapsed: timedelta) -> str:
    """`elapsed`: since `now`; a run may last longer than `CLAIM`."""
    row, fault = _claim(number, now, elapsed)
    if row is None:
        return "taken"
    if fault is not None:
        return _end(row, TO_CORRECT, fault.words)
    try:
        if row.recipient:
            transmit(line, compose(line.settings, row, now))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # The class alone: an SMTP error often repeats the address.
        log.event("mail_failed", mail=number, attempts=row.attempts, error=type(error).__name__)
        return _not_sent(row, delivery.unheard(error) if line.cut else delivery.reply(error), now)
    with writing() as session:
        session.execute(delete(OutgoingMail).where(OutgoingMail.id == number))
    log.event("mail_sent", mail=number)
    return "sent" if row.recipient else "discarded"


def _claim(number: int, now: datetime, elapsed: timedelta) -> tuple[OutgoingMail | None, delivery.AddressFault | None]:
    """The message, if it is still there and no other sender has it; and what is wrong with its address."""
    claim = update(OutgoingMail).where(OutgoingMail.id == number, OutgoingMail.state == WAITING, OutgoingMail.not_before <= now)
    with writing() as session:
        taken = session.scalar(claim.values(not_before=now + elapsed + CLAIM, attempts=OutgoingMail.attempts + 1).returning(OutgoingMail.id))
        row = session.get(OutgoingMail, taken) if taken else None
        return row, delivery.fault_of(session, row.recipient) if row else None


def _not_sent(row: OutgoingMail, reply: delivery.Reply, now: datetime) -> str:
    """What is refused for good waits for somebody; what may pass is tried again, later and later, then waits too."""
    if reply.final:
        return _end(row, REFUSED if reply.said else TO_CORRECT, reply.words, now if reply.address else None)
    if row.attempts > len(DELAYS):
        return _end(row, GIVEN_UP, reply.words)
    with writing() as session:
        put_off = {"not_before": now + DELAYS[row.attempts - 1], "said": reply.words}
        session.execute(update(OutgoingMail).where(OutgoingMail.id == row.id).values(put_off))
    return "failed"


def _end(row: OutgoingMail, state: str, words: str, marked_at: datetime | None = None) -> str:
    """No more tries by itself. `marked_at`: no other email leaves to this address either."""
    with writing() as session:
        session.execute(update(OutgoingMail).where(OutgoingMail.id == row.id).values(state=state, said=words))
        if marked_at:
            delivery.mark(session, row.recipient, words, marked_at)
    log.event("mail_abandoned" if state == GIVEN_UP else "mail_refused", mail=row.id)
    return "abandoned" if state == GIVEN_UP else "refused"


def count_stopped(session: Session) -> int:
    """How many emails wait for somebody who can mend what stops them."""
    return session.scalar(select(func.count(OutgoingMail.id)).where(OutgoingMail.state != WAITING)) or 0


def again(session: Session, emails: ColumnElement[bool], now: datetime) -> None:
    """Retries refused or abandoned emails from the beginning, and trusts their addresses again."""
    rows = session.scalars(select(OutgoingMail).where(emails, OutgoingMail.state != WAITING)).all()
    for row in rows:
        row.state, row.attempts, row.not_before, row.said = WAITING, 0, now, ""
        delivery.unmark(session, row.recipient)
    session.flush()
    send_after_commit(session)


def readdress(session: Session, old: str, new: str) -> None:
    """Somebody's address is another one: their emails follow, and what was said of the old one is forgotten. To no address, a stopped one waits to be thrown away."""
    values = {"recipient": new} if reachable(new) else {"recipient": "", "state": WAITING}
    session.execute(update(OutgoingMail).where(OutgoingMail.recipient == old).values(values))
    delivery.unmark(session, old)


def sender(settings: Settings) -> str:
    """The From of our mail: the setting, or `ne-pas-repondre@` the site's own host; under the site's name, where the setting gives none."""
    name, address = parseaddr(settings.mail_from)
    if name:
        return settings.mail_from
    host = urlsplit(settings.site_url).hostname or "localhost"
    return str(Address(current_site().name, addr_spec=address or f"ne-pas-repondre@{host}"))


def sender_domain(settings: Settings) -> str:
    return parseaddr(sender(settings))[1].rpartition("@")[2]


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
    return f"<{row.id}.{int(row.created_at.timestamp() * 1_000_000)}@{sender_domain(settings)}>"


def transmit(line: SmtpConnection, message: EmailMessage) -> None:
    """Hand one message to the SMTP server. Raises OSError or SMTPException."""
    line.ready().send_message(message)


# --- The words of an email as they are now ---


def current_words(session: Session, email: Email) -> tuple[str, str]:
    """Subject and text."""
    newest = select(EmailWording).where(EmailWording.name == email.key).order_by(EmailWording.id.desc()).limit(1)
    row = session.scalar(newest) if email.editable else None
    return (row.subject, row.text) if row is not None and row.text else (email.subject, email.text)


def make_message(email: Email, words: tuple[str, str], recipient: str, values: Mapping[str, Value], *, unsubscribe: str = "", reply_to: str = "") -> Message:
    """`words`: `current_words`. `values`: of each variable."""
    subject, text = words
    written = fill_wording(email, subject, add_missing_lists(email, text), values)
    return Message(recipient, written.subject[:SUBJECT_LENGTH], written.text, written.html, unsubscribe, reply_to)
