"""The line to the mail server: encrypted, signed in, carrying many letters."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from app.platform.settings import Settings

MOST_ON_A_LINE = 100
"""Letters on one connection: some servers count."""
TIMEOUT_SECONDS = 20
IMMEDIATE = 465
"""The port where encryption comes before the first word."""


class SmtpConnection:
    """A connection to the server that carries many letters: opened with the first, again where it was dropped or has carried enough."""

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
    """Asked before a letter: what breaks in its midst may have been taken, and waits for its next try."""
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
