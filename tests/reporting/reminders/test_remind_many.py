"""A rule about many people reads them piece by piece."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.content.store.queries import course
from app.platform.db import db
from app.reporting.reminders import plan as audience
from app.reporting.reminders.plan import plan
from tests.identity.builders import statements
from tests.reporting.reminders.reminding import LENS, small_network


def test_a_rule_about_many_reads_them_piece_by_piece(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the same order, each once though two rules are about them; for the letters, only those to whom one leaves are read again."""
    network = small_network(any_app, monkeypatch, date(2026, 11, 2))
    author = network.manager(LENS)
    for name in ("Anna", "Bilal", "Chloé", "David", "Emma"):
        network.look(network.learner(name, LENS), "un-a")
    for days in (21, 30):
        network.rule(author, territory_id=LENS, days=days)
    network.at(date(2026, 11, 30))
    monkeypatch.setattr(audience, "PIECE", 2)
    with network.app.app_context(), statements(network.app) as sent:
        today = plan(db.session, course(db.session), network.clock.now())
        people = [one.person.id for one in today.everybody()]
        assert sum("week_letter.sent_on" in one for one in sent) == 2 * 3, "each rule reads its five people by twos"
        sent.clear()
        due = {number: some[1:2] for number, some in today.due().items()}
        assert [one.recipient.person.name for one in today.mailings(due)] == ["Bilal"]
    assert len(people) == len(set(people)) == 5
