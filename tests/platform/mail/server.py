"""A mail server that keeps what it takes, answers as told and cuts where it is told; and a site that sends to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

from tests.bench.serving import free_port
from tests.making import make_app, make_settings


class Server:
    """A mail server that keeps what it takes, or answers as told."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.answer = "250 OK"
        self.refused: dict[str, str] = {}
        """Address → what is answered to it."""
        self.asked, self.connections = 0, 0
        self.drop_at = ("", 0)
        """(step, at which of them) the connection is cut, once."""
        self.steps: Counter[str] = Counter()

    def _cut(self, server: Any, step: str) -> None:
        self.steps[step] += 1
        if (step, self.steps[step]) == self.drop_at:
            self.drop_at = ("", 0)
            server.transport.abort()

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]) -> list[str]:  # noqa: N802 — aiosmtpd's name
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_NOOP(self, server: Any, _session: Any, _envelope: Any, _arg: str) -> str:  # noqa: N802 — aiosmtpd's name
        self._cut(server, "noop")
        return "250 OK"

    async def handle_MAIL(self, server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 — aiosmtpd's name
        self._cut(server, "mail")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 — aiosmtpd's name
        self._cut(server, "rcpt")
        self.asked += 1
        if address not in self.refused:
            envelope.rcpt_tos.append(address)
        return self.refused.get(address, "250 OK")

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 — the name that aiosmtpd calls
        cut = self.drop_at
        self._cut(server, "data")
        if cut != self.drop_at:
            return "451 cut"
        if self.answer.startswith("250"):
            self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))  # type: ignore[arg-type]
        return self.answer


@contextmanager
def listening(handler: object, **options: Any) -> Iterator[int]:
    """The port where it takes mail. `options`: what it asks of those who come."""
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def posted(folder: Path, port: int, **changes: Any) -> Flask:
    return make_app(make_settings(folder, smtp_host="127.0.0.1", smtp_port=port, smtp_tls=False, site_url="https://croisee.example", **changes))
