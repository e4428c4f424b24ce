"""The demonstration's reminders: the regional responsable finds a rule, whom it reaches, and answers of which some are not told."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from app.platform.db import db
from app.reporting.reminders.models import ReminderAnswer, ReminderRule
from tests.record.world import words_of
from tests.reporting.conftest import SignIn

RULES = "/pilotage/rappels"


def test_a_rule_and_its_people(as_: SignIn) -> None:
    client = as_("marguerite.fauquembergue")
    page = client.see(RULES)
    assert "En route" in page.text
    assert "D’autres réponses, tues" in words_of(page)
    page = client.see(page.link("inactif depuis"))
    assert len(page.all("table")) == 2
    assert "Bonjour" in page.text


def test_a_second_preparation_adds_nothing(app: Flask) -> None:
    def counts() -> list[int]:
        with app.app_context():
            return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (ReminderRule, ReminderAnswer)]

    before = counts()
    assert before[0] == 2
    assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    assert counts() == before
