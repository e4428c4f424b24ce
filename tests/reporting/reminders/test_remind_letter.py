"""Where the button of a letter leads."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.reporting.reminders.reminding import LENS, small_network


def test_a_letter_never_leads_into_a_quiz_that_was_failed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its attempts may be used up: the learner's table knows, when it is opened, what can be done."""
    network = small_network(app, monkeypatch, date(2026, 11, 2))
    person = network.learner("Anna")
    network.finish(person, "un-a")
    network.take(person, "un-a-quiz", share=0)
    network.rule(network.manager(LENS), territory_id=LENS)
    network.at(date(2026, 11, 30))
    network.send()
    (row,) = network.outbox()
    assert "Reprendre mon parcours" in row.text
    assert "/quiz/" not in row.text
