"""Fixtures of the tests of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import clock, create_app
from app.db import db
from app.web import migrations
from tests.learning import courses
from tests.learning.world import Clock, World
from tests.making import make_settings

Maker = Callable[..., Flask]


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small course, and a clock that the test moves."""
    told = Clock()
    monkeypatch.setattr(clock, "now", told.now)
    world = World(app, told)
    world.publish_together(*courses.small())
    return world


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Maker]:
    """Sites with their migrations: `make("name", "sqlite" | "postgres", ready=True)`."""
    made: list[Flask] = []

    def site(name: str, kind: str = "sqlite", ready: bool = True) -> Flask:
        changes = {"database_url": request.getfixturevalue("postgres_url")} if kind == "postgres" else {}
        app = create_app(make_settings(tmp_path / name, **changes))
        made.append(app)
        if ready:
            with app.app_context():
                migrations.upgrade()
        return app

    yield site
    for app in made:
        with app.app_context():
            db.engine.dispose()
