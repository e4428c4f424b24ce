"""The demonstration's part in reminders: a rule on its way, one that waits, and answers: some too few to be told, some that wait for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.demo import load as demo
from app.identity.demo.load import LoadedPerson
from app.identity.demo.people import Stage
from app.identity.queries import scope_of, territory_tree
from app.identity.rules import Role
from app.reporting.reminders import services
from app.reporting.reminders.models import ReminderRule
from app.reporting.reminders.rules import Trigger

RULES = (
    (Trigger.INACTIVE, 14, 7, 3, "Je reste joignable chaque matin au téléphone.\n\nUn quart d’heure suffit pour la prochaine leçon.", True),
    (Trigger.NOT_STARTED, 10, 14, 2, "", False),
)
ANSWERS = ("temps", "temps", "acces", "temps", "acquis")
"""Given in turn by those who do not advance."""
SILENT = frozenset({Stage.NOTHING, Stage.FIRST_LESSON, Stage.FIRST_MODULE, Stage.STUCK})


def init_app(app: Flask) -> None:
    demo.add_step(app, load)


def load(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """Once: where there is a rule, nothing more is written."""
    if session.scalar(select(ReminderRule.id).limit(1)) is not None:
        return
    manager, node = _regional(session, people)
    if manager is None:
        return
    for trigger, days, pause, most, words, runs in RULES:
        values = {"territory_id": node, "cohort_id": None, "trigger": trigger.value, "days": days, "pause": pause, "most": most, "zone": "B", "words": words}
        row = services.save(session, None, manager, values, now)
        if runs:
            services.set_running(session, row, True, manager, now)
    silent = [person for person in people if person.stage in SILENT and Role.LEARNER in person.roles]
    for place, person in enumerate(silent):
        at = now - timedelta(days=place % 9 + 1)
        services.answer(session, person.id, ANSWERS[place % len(ANSWERS)], at, to_tell=place % 2 == 0)


def _regional(session: Session, people: Sequence[LoadedPerson]) -> tuple[int | None, str]:
    """Who looks after the whole region, and the region."""
    regions = set(territory_tree(session).roots)
    for person in people:
        if Role.MANAGER in person.roles and (mine := scope_of(session, person.id) & regions):
            return person.id, min(mine)
    return None, ""
