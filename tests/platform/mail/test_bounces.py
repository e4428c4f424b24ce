"""A delivery report marks the address that it is about, once; what is no report on a letter of ours stays in its mailbox."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest
from flask import Flask

from app.platform.db import db
from app.platform.mail import bounces, delivery
from app.platform.mail.outbox import Delivery, Message
from tests.bench.serving import free_port
from tests.platform.mail.mail import NOW, send, write
from tests.platform.mail.server import posted

REPORT = """From: MAILER-DAEMON@ville.example
To: ne-pas-repondre@croisee.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.ville.example

Final-Recipient: rfc822; Ines@Ville.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: <12.34@{domain}>
Subject: =?utf-8?q?x?=

--b--
"""


def report(action: str = "failed", status: str = "5.1.1", domain: str = "croisee.example") -> str:
    return REPORT.format(action=action, status=status, domain=domain)


@pytest.fixture
def box(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(tmp_path / "retours")


@pytest.fixture
def app(tmp_path: Path, box: mailbox.Maildir) -> Flask:
    return posted(tmp_path / "instance", free_port(), bounces=str(tmp_path / "retours"))


@pytest.mark.parametrize(("message", "marked"), [
    (report(), 1),
    (report(action="delayed", status="4.4.1"), 0),
    (report(status="4.2.2"), 0),
    (report(domain="elsewhere.example"), 0),
    ("Subject: bonjour\n\nUne question.\n", 0),
    ("\x00\x01", 0),
])  # fmt: skip
def test_reports(message: str, marked: int, app: Flask, box: mailbox.Maildir) -> None:
    box.add(message.encode())
    with app.app_context():
        assert bounces.take(app.config["CROISEE"], NOW) == marked
        fault = delivery.fault_of(db.session, "ines@ville.example")
        assert (fault.words if fault else "") == ("5.1.1 550 no such user" if marked else "")
        assert len(box) == 1 - marked
        assert bounces.take(app.config["CROISEE"], NOW) == 0
        db.session.rollback()
    if marked:
        write(app, Message("ines@ville.example", "Croisée", "x", "<p>x</p>"))
        assert send(app) == Delivery(refused=1)


def test_without_a_mailbox_nothing_is_read(tmp_path: Path) -> None:
    app = posted(tmp_path / "none", free_port(), bounces=str(tmp_path / "nowhere"))
    with app.app_context():
        assert bounces.take(app.config["CROISEE"], NOW) == 0
