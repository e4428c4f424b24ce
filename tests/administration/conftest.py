"""Fixtures of the tests of people: the small course of the learner's record, and sites with their migrations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from app.platform.db import db
from app.platform.web import migrations
from tests.administration.accounts.two_accounts import four_accounts, two
from tests.making import make_settings, prepared, take_app
from tests.record.conftest import clock, either, empty, world

__all__ = ["clock", "either", "empty", "four_accounts", "two", "world"]

Maker = Callable[..., Flask]


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Maker]:
    """Sites with their migrations: `make("name", "sqlite" | "postgres", ready=True)`."""
    made: list[Flask] = []

    def site(name: str, kind: str = "sqlite", ready: bool = True) -> Flask:
        changes = {"database_url": request.getfixturevalue("postgres_url")} if kind == "postgres" else {}
        app = take_app(make_settings(tmp_path / name, **changes))
        made.append(app)
        if ready:
            with app.app_context():
                if inspect(db.engine).get_table_names():  # two sites on one database
                    migrations.upgrade()
                else:
                    prepared("migrations", migrations.upgrade)
        return app

    yield site
    for app in made:
        with app.app_context():
            db.engine.dispose()
