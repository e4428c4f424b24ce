"""The outbox: after the commit, at least once, never twice at once, and no address stays behind."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.platform.db import db
from app.platform.log import logger
from app.platform.mail import delivery, outbox
from app.platform.mail.outbox import CLAIM, DELAYS, GIVEN_UP, REFUSED, TO_CORRECT, Delivery, Message, OutgoingMail, compose, queue, sender
from tests.bench.serving import free_port
from tests.making import make_app, make_settings
from tests.platform.mail.mail import LETTER, NOW, app, send, server, waiting, write
from tests.platform.mail.server import Server, posted

__all__ = ["app", "server"]


def test_a_letter_arrives_in_text_and_html_and_leaves_no_trace(app: Flask, server: tuple[Server, int]) -> None:
    write(app, LETTER)
    assert send(app) == Delivery(sent=1)
    ((recipients, message),) = server[0].taken
    assert recipients == ["ines@croisee.example"]
    assert message["Subject"] == LETTER.subject
    assert message["From"] == "Croisée <ne-pas-repondre@croisee.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@croisee.example>")
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert text.replace("\r\n", "\n") == LETTER.text
    assert html.strip() == LETTER.html
    assert waiting(app) == []
    assert send(app) == Delivery()


def test_what_is_rolled_back_is_not_sent(app: Flask, server: tuple[Server, int]) -> None:
    with app.app_context():
        queue(db.session, LETTER, NOW)
        db.session.rollback()
    assert send(app) == Delivery()
    assert server[0].taken == []


def test_a_letter_to_nobody_is_thrown_away(app: Flask, server: tuple[Server, int]) -> None:
    write(app, Message("", "Croisée", "x", "<p>x</p>"))
    send(app)
    assert server[0].taken == []
    assert waiting(app) == []


def test_a_failure_is_tried_again_later_and_later_then_given_up(app: Flask, server: tuple[Server, int]) -> None:
    server[0].answer = "451 plus tard"
    write(app, LETTER)
    now = NOW
    for delay in DELAYS:
        assert send(app, now) == Delivery(failed=1)
        assert send(app, now + delay - timedelta(seconds=1)) == Delivery()
        now += delay
    assert send(app, now) == Delivery(abandoned=1)
    (row,) = waiting(app)
    assert (row.state, row.said) == (GIVEN_UP, "451 plus tard")
    assert send(app, now + timedelta(days=30)) == Delivery(), "it waits for somebody"


def test_a_server_that_comes_back_gets_the_letter(app: Flask, server: tuple[Server, int]) -> None:
    server[0].answer = "421 on ferme"
    write(app, LETTER)
    assert send(app) == Delivery(failed=1)
    server[0].answer = "250 OK"
    assert send(app, NOW + DELAYS[0]) == Delivery(sent=1)


def test_what_is_refused_for_good_waits_for_somebody_with_the_servers_words(app: Flask, server: tuple[Server, int]) -> None:
    server[0].refused = {"ines@croisee.example": "550 5.1.1 <ines@croisee.example>: unknown\tuser"}
    write(app, LETTER, Message("karim@croisee.example", "Croisée", "x", "<p>x</p>"))
    assert send(app) == Delivery(sent=1, refused=1)
    (row,) = waiting(app)
    assert (row.state, row.said) == (REFUSED, "550 5.1.1 <ines@croisee.example>: unknown user")
    write(app, LETTER)
    assert send(app, NOW + DELAYS[0]) == Delivery(refused=1), "no letter leaves to an address that was refused, the server is not asked"
    assert [row.state for row in waiting(app)] == [REFUSED, TO_CORRECT]
    assert server[0].asked == 2
    server[0].refused = {}
    with app.app_context():
        outbox.readdress(db.session, "ines@croisee.example", "ines@lens.example")
        outbox.again(db.session, OutgoingMail.recipient == "ines@lens.example", NOW)
        db.session.commit()
        assert delivery.fault_of(db.session, "ines@croisee.example") is None
    assert send(app) == Delivery(sent=2)
    assert [recipients for recipients, _message in server[0].taken][1:] == [["ines@lens.example"]] * 2


def test_a_stopped_letter_whose_person_has_no_address_any_more_goes_to_nobody(app: Flask, server: tuple[Server, int]) -> None:
    server[0].refused = {"ines@croisee.example": "550 unknown"}
    write(app, LETTER)
    assert send(app) == Delivery(refused=1)
    with app.app_context():
        outbox.readdress(db.session, "ines@croisee.example", "ines@sans-adresse.invalid")
        db.session.commit()
        assert outbox.count_stopped(db.session) == 0
    send(app, NOW + outbox.CLAIM)
    assert (waiting(app), server[0].taken) == ([], [])


def test_many_letters_on_few_connections(app: Flask, server: tuple[Server, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 3)
    monkeypatch.setattr(delivery, "MOST_ON_A_LINE", 4)
    write(app, *(Message(f"p{number}@croisee.example", "Croisée", "x", "<p>x</p>") for number in range(10)))
    assert send(app) == Delivery(sent=10), "none is left behind"
    assert server[0].connections == 3


@pytest.mark.parametrize(("step", "sent"), [("noop", 5), ("mail", 4), ("rcpt", 4), ("data", 4)])
def test_a_connection_that_is_dropped_in_the_midst_doubles_nothing(step: str, sent: int, app: Flask, server: tuple[Server, int]) -> None:
    """At the third letter. What broke in its midst waits for its next try; the others leave on another connection."""
    server[0].drop_at = (step, 3)
    write(app, *(Message(f"p{number}@croisee.example", "Croisée", "x", "<p>x</p>") for number in range(5)))
    assert send(app) == Delivery(sent=sent, failed=5 - sent)
    assert send(app, NOW + DELAYS[0]) == Delivery(sent=5 - sent)
    assert sorted(recipients[0] for recipients, _message in server[0].taken) == [f"p{number}@croisee.example" for number in range(5)]
    assert server[0].connections >= 2


def test_one_bad_letter_does_not_hold_the_others_up(app: Flask, server: tuple[Server, int]) -> None:
    write(app, Message("a@b.example\nBcc: c@d.example", "Croisée", "x", "x"), Message("ines@croisee.example", "Un\nsujet", "x", "x"), LETTER)
    assert send(app) == Delivery(sent=1, refused=2)
    assert {row.state for row in waiting(app)} == {TO_CORRECT}
    assert [recipients for recipients, _message in server[0].taken] == [["ines@croisee.example"]]


def test_no_server_answers(tmp_path: Path) -> None:
    app = posted(tmp_path / "silent", free_port())
    write(app, LETTER, LETTER)
    assert send(app) == Delivery(failed=1), "the others are not tried in vain"
    assert [row.attempts for row in waiting(app)] == [1, 0]


def test_without_a_server_the_outbox_keeps_everything(tmp_path: Path) -> None:
    app = make_app(make_settings(tmp_path / "none"))
    write(app, LETTER)
    assert send(app) == Delivery()
    assert len(waiting(app)) == 1


def test_two_senders_share_and_never_send_twice(app: Flask, server: tuple[Server, int]) -> None:
    write(app, *(Message(f"p{number}@croisee.example", "Croisée", "x", "<p>x</p>") for number in range(8)))
    done: list[Delivery] = []
    threads = [threading.Thread(target=lambda: done.append(send(app))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.sent for one in done) == 8
    assert sorted(recipients[0] for recipients, _message in server[0].taken) == [f"p{number}@croisee.example" for number in range(8)]


def test_a_sender_that_died_lets_go(app: Flask, server: tuple[Server, int], monkeypatch: pytest.MonkeyPatch) -> None:
    write(app, LETTER)

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "transmit", die)
        with pytest.raises(KeyboardInterrupt):
            send(app)
    assert send(app, NOW + CLAIM - timedelta(seconds=1)) == Delivery()
    assert send(app, NOW + CLAIM) == Delivery(sent=1)


def test_it_leaves_in_the_background_after_the_commit_alone(app: Flask, server: tuple[Server, int]) -> None:
    app.config["MAIL_IN_BACKGROUND"] = True
    with app.app_context():
        queue(db.session, LETTER, NOW)
        assert not [thread for thread in threading.enumerate() if thread.name == "mail"]
        db.session.commit()
        for thread in threading.enumerate():
            if thread.name == "mail":
                thread.join(10)
    assert len(server[0].taken) == 1
    assert waiting(app) == []


def test_the_log_holds_no_address_not_even_the_servers_words(app: Flask, server: tuple[Server, int], caplog: pytest.LogCaptureFixture) -> None:
    server[0].answer = "450 ines@croisee.example is busy"
    logger.addHandler(caplog.handler)
    try:
        write(app, LETTER)
        send(app)
        server[0].answer = "250 OK"
        send(app, NOW + DELAYS[0])
    finally:
        logger.removeHandler(caplog.handler)
    assert "event=mail_failed mail=1 attempts=1 error=SMTPDataError" in caplog.text
    assert "event=mail_sent mail=1" in caplog.text
    assert "croisee.example" not in caplog.text


def test_the_senders_address_may_be_set(app: Flask, tmp_path: Path) -> None:
    settings = make_settings(tmp_path / "from", mail_from="Réseau <reseau@irev.example>", site_url="https://croisee.example")
    row = OutgoingMail(id=1, recipient="a@b.example", subject="x", text="x", html="x", created_at=NOW)
    with app.app_context():  # the site's name is in its database
        assert compose(settings, row, NOW)["From"] == "Réseau <reseau@irev.example>"
        assert sender(make_settings(tmp_path / "default")) == "Croisée <ne-pas-repondre@localhost>"
        assert sender(make_settings(tmp_path / "bare", mail_from="croisee@irev.example")) == "Croisée <croisee@irev.example>"


def test_the_command_says_what_it_did(app: Flask, server: tuple[Server, int]) -> None:
    write(app, LETTER)
    with app.app_context():
        db.session.query(OutgoingMail).update({"not_before": NOW})
        db.session.commit()
    result = app.test_cli_runner().invoke(args=["mail", "send"])
    assert result.output == "1\u00a0envoyé, 0 à retenter, 0\u00a0refusé, 0\u00a0abandonné\n"
    assert len(server[0].taken) == 1
