"""« Le pilotage » on generated people: a page of the grid, the overview, the whole CSV, in server time, without a network."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from app import clock, create_app
from app.content.queries import course
from app.db import db, writing
from app.identity.models import Membership, Person, PersonRole, Territory
from app.identity.rules import Role
from app.identity.territory_rules import Level
from app.learning.models import ElementState, Enrolment
from app.learning.standing import default_path, required_elements
from tests.identity.builders import sign_in
from tests.making import make_settings
from tests.strict import StrictClient

ROUNDS = 7
ELEMENTS = 30
MANAGER = "banc.essai@croisee.example"
PASSWORD = "une phrase que personne ne devine"


@dataclass(frozen=True, slots=True)
class Timed:
    """Medians, in milliseconds and in people a second."""

    grid: float
    grid_by_progress: float
    overview: float
    csv: float


@contextmanager
def site(folder: Path, people: int) -> Iterator[StrictClient]:
    """An administrator's client on a database of so many people, each somewhere between nothing and everything."""
    app = create_app(make_settings(folder))
    app.test_client_class = StrictClient
    assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    with app.app_context(), writing() as session:
        _fill(session, people)
    client = app.test_client()
    assert isinstance(client, StrictClient)
    sign_in(client, MANAGER, PASSWORD)
    yield client
    with app.app_context():
        db.engine.dispose()


def _fill(session: Any, people: int) -> None:
    from app.identity import services

    now, chance = clock.now(), random.Random(people)
    manager = services.create_person(session, name="Banc Essai", email=MANAGER, now=now, roles=[Role.ADMINISTRATOR])
    services.set_password(session, manager, PASSWORD)
    cites = list(session.scalars(select(Territory.id).where(Territory.level == Level.CITE)))
    published = course(session)
    path = default_path(published)
    elements = required_elements(published, path)[:ELEMENTS]
    for first in range(0, people, 1000):
        numbers = range(first, min(first + 1000, people))
        _insert(session, [_person(number, now, chance) for number in numbers], cites, path.id, elements, chance)


def _person(number: int, now: datetime, chance: random.Random) -> dict[str, Any]:
    opened = now - timedelta(days=chance.randint(30, 300))
    name = f"{chance.choice(('Élodie', 'Karim', 'Zoé', 'Bruno'))} {number:06d}"
    return {"id": 10_000 + number, "name": name, "email": f"b{number}@croisee.example", "fs_uniquifier": f"b{number}", "created_at": opened, "active": True}


def _insert(session: Any, rows: list[dict[str, Any]], cites: list[str], path_id: str, elements: Any, chance: random.Random) -> None:
    states: list[dict[str, Any]] = []
    for row in rows:
        for element, _module in elements[: chance.randint(0, ELEMENTS)]:
            at = row["created_at"] + timedelta(days=chance.randint(1, 29))
            moments = {"first_at": at, "completed_at": at, "last_at": at}
            states.append({"person_id": row["id"], "element_id": element, "state": "complete", "attempts": 0, "earned_on": "", "manual": False, **moments})
    session.execute(insert(Person), rows)
    session.execute(insert(PersonRole), [{"person_id": row["id"], "name": Role.LEARNER} for row in rows])
    stays = [{"person_id": row["id"], "territory_id": chance.choice(cites), "started_on": row["created_at"].date()} for row in rows]
    session.execute(insert(Membership), stays)
    session.execute(insert(Enrolment), [_enrolment(row, path_id, elements) for row in rows])
    session.execute(insert(ElementState), states)


def _enrolment(row: dict[str, Any], path_id: str, elements: Any) -> dict[str, Any]:
    at = row["created_at"]
    return {"person_id": row["id"], "path_id": path_id, "enrolled_at": at, "pins": [[element, module, at.isoformat()] for element, module in elements]}


def _median(act: Callable[[], object]) -> float:
    act()
    found = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        act()
        found.append(time.perf_counter() - begin)
    return statistics.median(found) * 1000


def measure(folder: Path, people: int) -> Timed:
    with site(folder, people) as client:
        raw = super(StrictClient, client).open  # checking the page is no part of making it

        def fetch(path: str) -> int:
            answer = raw(path)
            assert answer.status_code == 200
            return len(answer.get_data())

        csv = _median(lambda: fetch("/pilotage/grille.csv")) / 1000
        return Timed(
            grid=_median(lambda: fetch("/pilotage/grille")),
            grid_by_progress=_median(lambda: fetch("/pilotage/grille?tri=avancement")),
            overview=_median(lambda: fetch("/pilotage")),
            csv=people / csv,
        )
