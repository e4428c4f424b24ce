"""Letters after a due date: each on its day, none twice, and by the date that was moved for somebody."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.identity.rules import Role
from app.record import services
from app.record.progress.models import CohortMember
from tests.making import make_app, make_settings
from tests.record import courses
from tests.reporting.reminders.reminding import PAS_DE_CALAIS, small_network

FIRST, DUE = date(2026, 11, 2), date(2026, 11, 20)
SAID = "votre parcours était à terminer pour le "


def test_each_letter_after_a_due_date_leaves_on_its_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = small_network(make_app(make_settings(tmp_path / "instance")), monkeypatch, FIRST)
    late, moved, done = (network.learner(name) for name in ("Ana Late", "Bob Moved", "Chloé Done"))
    manager = network.manager(PAS_DE_CALAIS)
    cohort = network.group("Automne", network.manager(name="Léa Formatrice", role=Role.TRAINER), due_on=DUE)
    network.write(lambda session: session.add_all(CohortMember(cohort_id=cohort, person_id=person) for person in (late, moved, done)))
    network.rule(manager, trigger="echeance-passee", days=7, pause=14, most=2, zone="")
    for element in courses.SMALL:
        network.finish(done, element)
    network.do(services.move, moved, date(2026, 12, 10), actor_id=manager, reason="Arrivée tardive")
    days = network.days(date(2026, 11, 23), date(2027, 1, 15))
    letters = [(day, name, subject.replace("\u00a0", " ")) for day in days for name, subject in network.morning(day)]
    assert letters == [
        (DUE + timedelta(days=7), "Ana Late", f"{SAID}20 novembre"),
        (DUE + timedelta(days=21), "Ana Late", f"{SAID}20 novembre"),
        (date(2026, 12, 17), "Bob Moved", f"{SAID}10 décembre"),
        (date(2026, 12, 31), "Bob Moved", f"{SAID}10 décembre"),
    ]
