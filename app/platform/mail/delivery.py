"""The connection to the mail server, its trial, and what is known of addresses that do not work."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime

from msgspec import Struct
from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.platform.db import Base, UtcDateTime, insert_once
from app.platform.settings import Settings

# --- The connection: encrypted, signed in, reused for many emails ---

MOST_ON_A_LINE = 100
"""Emails on one connection: some servers count."""
TIMEOUT_SECONDS = 20
IMMEDIATE = 465
"""The port where encryption comes before the first word."""


class SmtpConnection:
    """A connection to the server that carries many emails: opened with the first, again where it was dropped or has carried enough."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.cut = settings, False
        """`cut`: no connection could be had."""
        self._server: smtplib.SMTP | None = None
        self._held, self._carried = ExitStack(), 0

    def ready(self) -> smtplib.SMTP:
        """Raises OSError or SMTPException, and says so by `cut`."""
        if self._server is not None and (self._carried >= MOST_ON_A_LINE or not _answers(self._server)):
            self.close()
        if self._server is None:
            self.cut = True
            self._server = self._held.enter_context(connect(self.settings, TIMEOUT_SECONDS))
            self.cut, self._carried = False, 0
        self._carried += 1
        return self._server

    def close(self) -> None:
        self._server = None
        with suppress(OSError, smtplib.SMTPException):
            self._held.close()


def _answers(server: smtplib.SMTP) -> bool:
    """Asked before an email: what breaks in its midst may have been taken, and waits for its next try."""
    try:
        return server.noop()[0] < 400
    except (OSError, smtplib.SMTPException):
        return False


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


# --- The trial of a connection: all of the exchange but a message, for `flask doctor` ---

TRIAL_TIMEOUT_SECONDS = 10


def trial(settings: Settings) -> tuple[bool, str]:
    """Connect, greet, encrypt and sign in as `SmtpConnection` does. (all is well, the sentence that says what to mend)."""
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with connect(settings, TRIAL_TIMEOUT_SECONDS) as server:
            server.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return False, f"Courriel : {where} : {sentence(error)}"
    done = ["la connexion"]
    if settings.smtp_tls or settings.smtp_port == IMMEDIATE:
        done.append("le chiffrement")
    if settings.smtp_user:
        done.append("l’identifiant et le mot de passe")
    return True, f"Courriel : {where} accepte {', '.join(done)}."


def sentence(error: Exception) -> str:
    """What went wrong, and which setting to look at. The server's own words may repeat an identifier: they are left out."""
    first = error.__context__ if isinstance(error.__context__, TimeoutError) else error  # smtplib calls a silence a disconnection
    for kind, words in SENTENCES:
        if isinstance(first, kind):
            return words
    return f"échange interrompu ({type(error).__name__}) ; vérifiez CROISEE_SMTP_HOST et CROISEE_SMTP_PORT."


SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "identifiant ou mot de passe refusé ; vérifiez CROISEE_SMTP_USER et CROISEE_SMTP_PASSWORD."),
    (
        smtplib.SMTPNotSupportedError,
        "le serveur ne propose pas le chiffrement (STARTTLS) ou l’identification ; vérifiez CROISEE_SMTP_PORT et CROISEE_SMTP_TLS.",
    ),
    (ssl.SSLCertVerificationError, "le certificat du serveur n’est pas valable pour ce nom ; vérifiez CROISEE_SMTP_HOST, ou le certificat."),
    (ssl.SSLError, "le chiffrement échoue ; vérifiez CROISEE_SMTP_PORT (587 avec STARTTLS, 465 chiffré d’emblée)."),
    (smtplib.SMTPServerDisconnected, "le serveur coupe la connexion ; vérifiez CROISEE_SMTP_PORT et CROISEE_SMTP_TLS."),
    (smtplib.SMTPConnectError, "le serveur refuse la connexion ; il n’accepte peut-être pas cette machine."),
    (smtplib.SMTPHeloError, "le serveur refuse la salutation ; il n’accepte peut-être pas cette machine."),
    (socket.gaierror, "ce nom de serveur n’existe pas ; vérifiez CROISEE_SMTP_HOST."),
    (TimeoutError, "pas de réponse en dix secondes ; vérifiez le port et le pare-feu."),
    (ConnectionRefusedError, "rien n’écoute à cette adresse ; vérifiez CROISEE_SMTP_HOST et CROISEE_SMTP_PORT."),
)
"""The most precise first."""


# --- Addresses that do not work ---
#
# Marked by a server's refusal or by a bounce, until somebody corrects them or tries again.

WORDS_LENGTH = 300


class AddressFault(Base):
    """No email leaves to this address: it would come back. `words`: what a server said of it."""

    __tablename__ = "address_fault"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    words: Mapped[str] = mapped_column(String(WORDS_LENGTH))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Reply(Struct, frozen=True):
    """Why an email did not leave. `final`: it never will; `said`: by the server, else it could not even be written; `address`: because of its address."""

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
    return " ".join("".join(character if character.isprintable() else " " for character in words).split())[:WORDS_LENGTH]


def reply(error: Exception) -> Reply:
    """What an error of the exchange says: 5xx on the address or the message is final, 4xx and silence are not.

    A server that refuses us all, by its greeting, the password or the sender, says nothing of this email: it is for the operator to mend.
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
    """No server took or refused the email: it says nothing of it."""
    return Reply(f"Serveur de courriel : {sentence(error)}")


def _reply_line(code: int, text: bytes | str) -> str:
    return reason_line(f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}")
