"""What several tests share: the outbox: after the commit, at least once, never twice at once, and no address stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.platform.db import db
from app.platform.mail.outbox import Delivery, Message, OutgoingMail, queue, send_pending
from tests.platform.mail.server import Server, listening, posted

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LETTER = Message("ines@croisee.example", "Croisée : un sujet accentué", "Bonjour Inès,\n\nà bientôt.\n", "<p>Bonjour Inès, à bientôt.</p>")


@pytest.fixture
def server() -> Iterator[tuple[Server, int]]:
    handler = Server()
    with listening(handler) as port:
        yield handler, port


@pytest.fixture
def app(tmp_path: Path, server: tuple[Server, int]) -> Flask:
    return posted(tmp_path / "instance", server[1])


def write(app: Flask, *letters: Message) -> None:
    with app.app_context():
        for letter in letters:
            queue(db.session, letter, NOW)
        db.session.commit()


def send(app: Flask, now: datetime = NOW) -> Delivery:
    with app.app_context():
        return send_pending(now)


def waiting(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.query(OutgoingMail))
