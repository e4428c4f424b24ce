"""Two hundred invitations through a real mail server that fails half the time: none lost, none doubled."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.administration.accounts import invitations
from app.identity import services
from app.platform.db import db
from app.platform.mail.outbox import DELAYS, OutgoingMail, send_pending
from tests.identity.builders import NOW
from tests.making import make_app, make_settings
from tests.platform.mail.server import listening

COUNT = 200


class Unsteady:
    """Refuses every second thing it is told, at the envelope or after the message, as a server in trouble does."""

    def __init__(self) -> None:
        self.chance = random.Random(5)
        self.taken: Counter[str] = Counter()
        self.refused = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 — aiosmtpd's name
        if self.chance.random() < 0.3:
            self.refused += 1
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's name
        if self.chance.random() < 0.3:
            self.refused += 1
            return "452 no room"
        self.taken.update(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
def unsteady() -> Iterator[tuple[Unsteady, int]]:
    handler = Unsteady()
    with listening(handler) as port:
        yield handler, port


@pytest.fixture
def app(tmp_path: Path, unsteady: tuple[Unsteady, int]) -> Flask:
    return make_app(make_settings(tmp_path / "mail", smtp_host="127.0.0.1", smtp_port=unsteady[1], smtp_tls=False, site_url="https://croisee.example"))


@pytest.mark.proof
def test_no_mail_is_lost_and_none_doubled(app: Flask, unsteady: tuple[Unsteady, int]) -> None:
    with app.app_context():
        for number in range(COUNT):
            person = services.create_person(db.session, name=f"Personne {number}", email=f"p{number}@ville.example", now=NOW)
            invitations.invite(db.session, app.config["CROISEE"], person, None, NOW, by_mail=True)
        db.session.commit()
        moment, sent, abandoned = NOW, 0, 0
        for delay in (timedelta(), *DELAYS):
            moment += delay + timedelta(seconds=1)
            done = send_pending(moment)
            sent, abandoned = sent + done.sent, abandoned + done.abandoned
        db.session.rollback()
        waiting = db.session.scalar(select(func.count(OutgoingMail.id)))
    assert unsteady[0].refused > COUNT / 2
    assert (sent, abandoned, waiting) == (COUNT, 0, 0)
    assert unsteady[0].taken == Counter({f"p{number}@ville.example": 1 for number in range(COUNT)})
