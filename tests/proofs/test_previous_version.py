"""While two machines are upgraded one after the other: the version before runs on the database of this one, and this one reads what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import create_app
from app.content.store.queries import course
from app.identity.rules import Role
from app.learner.messages.queries import TrainerMessage
from app.platform.db import db
from app.platform.web import migrations
from app.record import ledger
from tests.making import make_settings
from tests.previous import NAMED, unpacked_in
from tests.record import courses
from tests.record.world import Clock, World
from tests.strict import StrictClient

pytestmark = [pytest.mark.proof, pytest.mark.postgres]
DRIVER = Path(__file__).with_name("previous_driver.py")


def test_the_version_before_serves_on_this_database_and_is_understood(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    """Where a clone has no history and nobody to ask for it, `tests/test_previous.py` alone holds the promise, and this says so."""
    app = create_app(make_settings(tmp_path / "new", database_url=postgres_url))
    app.test_client_class = StrictClient
    clock = Clock()
    monkeypatch.setattr("app.platform.clock.now", clock.now)
    with app.app_context():
        migrations.upgrade()
    world = World(app, clock)
    world.publish_together(*courses.small())
    learner, manager = world.person("Une Personne"), world.person("Un Responsable", role=Role.ADMINISTRATOR)
    world.person("Une Formatrice", role=Role.TRAINER)
    world.signed_in(manager).see("/pilotage/personnes")
    if not unpacked_in(tmp_path / "before"):
        record_property("shown", f"the version before ({NAMED['commit'][:8]}) is not in this clone: its schema alone was compared, by tests/test_previous.py")
        return
    told = by_the_version_before(tmp_path, postgres_url, learner)
    wrong = {what: status for what, status in told["answers"].items() if status not in (200, 303)}
    assert wrong == {}
    clock.pass_by(days=2)
    reader = world.signed_in(learner)
    reader.see(f"/tentatives/{told['attempt']}")
    assert "Une date est fausse." in reader.see("/mes-questions").text
    grid = world.signed_in(manager).see("/pilotage/personnes").text
    assert "Quelqu’un d’autre" in grid or "Quelqu'un d'autre" in grid
    with app.app_context():
        assert ledger.find_differences(db.session, course(db.session)) == []
        assert db.session.scalars(select(TrainerMessage.kind)).all() == ["erreur"]
        db.session.rollback()
        db.engine.dispose()


def by_the_version_before(folder: Path, address: str, learner: int) -> dict[str, Any]:
    """What it answered, in its own files, with the libraries of this one."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CROISEE_")} | {"PYTHONPATH": str(folder / "before")}
    arguments = [sys.executable, "-P", str(DRIVER), str(folder / "old"), address, str(learner)]
    done = subprocess.run(arguments, cwd=folder / "before", env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said
