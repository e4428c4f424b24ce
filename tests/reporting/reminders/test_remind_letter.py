"""Where the button of a letter leads."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.platform.mail.outbox import compose
from tests.making import make_app, make_settings
from tests.reporting.reminders.reminding import LENS, small_network
from tests.words import ERASED_TEXT


def test_a_letter_never_leads_into_a_quiz_that_was_failed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its attempts may be used up: the learner's table knows, when it is opened, what can be done."""
    network = small_network(app, monkeypatch, date(2026, 11, 2))
    person = network.learner("Anna")
    network.finish(person, "un-a")
    network.take(person, "un-a-quiz", share=0)
    network.rule(network.manager(LENS), territory_id=LENS)
    network.at(date(2026, 11, 30))
    network.send()
    (row,) = (row for row in network.outbox() if row.recipient.startswith("anna"))
    assert "Reprendre mon parcours" in row.text
    assert "/quiz/" not in row.text


def test_an_answer_to_a_letter_reaches_whoever_signed_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each author whose word it carries, once; a rule without a word signs nothing."""
    app = make_app(make_settings(tmp_path / "instance"))
    network = small_network(app, monkeypatch, date(2026, 11, 2))
    network.look(network.learner("Anna"), "un-a")
    nadia, omar = network.manager(LENS, name="Nadia"), network.manager(LENS, name="Omar")
    for author, words in ((nadia, "Je reste joignable."), (nadia, "Un autre mot."), (omar, "")):
        network.rule(author, territory_id=LENS, words=words)
    network.at(date(2026, 11, 30))
    network.send()
    (row,) = network.outbox()
    with app.app_context():
        assert compose(app.config["CROISEE"], row, network.clock.now())["Reply-To"] == row.reply_to
        assert (row.reply_to or "").startswith("nadia@")
        assert "," not in (row.reply_to or "")
        row.reply_to = ERASED_TEXT
        assert compose(app.config["CROISEE"], row, network.clock.now())["Reply-To"] is None
