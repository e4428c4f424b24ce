"""Fixtures of every test, and the rule on skipped ones: a failure in CI, elsewhere named at the end with what installs it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.nodeid import NodeId
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy.orm import Session

from app.platform.db import db
from tests import connections
from tests.making import hasten, lending, make_app, make_settings
from tests.strict import StrictClient

pytest_plugins = ["tests.browsers", "tests.criteria", "tests.databases"]

hypothesis_settings.register_profile(
    "croisee", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("croisee")
connections.watch()
hasten()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CROISEE_CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is a failure in CI: {report.longrepr}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is long begins first; what runs on PostgreSQL or in Chromium is a proof, and what a whole demonstration is made for. Tests of one group stay with
    one worker, which makes what they share once: pytest-xdist 3.8 writes the group where pytest 9.2 no longer reads it."""
    for item in items:
        if "demonstration" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("proof"):
            item.add_marker(pytest.mark.proof)
            item.add_marker(pytest.mark.xdist_group("demonstration"))  # else the other worker waits for it
            item.add_marker(pytest.mark.long)
        elif item.get_closest_marker("postgres") or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.proof)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    for item in items if getattr(config.option, "loadgroup", False) else ():
        if group := item.get_closest_marker("xdist_group"):
            item._id = NodeId.parse(f"{item.nodeid}@{group.args[0]}")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no collection of garbage goes through those millions of objects again. Others are rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reasons = sorted({str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if isinstance(report.longrepr, tuple)})
    for reason in reasons:
        terminalreporter.write_line(f"not run here: {reason.removeprefix('Skipped: ')}")
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "shown":  # what a proof measured, by `record_property`
                terminalreporter.write_line(str(value))


@pytest.fixture(autouse=True)
def _lent_applications() -> Iterator[None]:
    with lending():
        yield


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(make_settings(tmp_path / "instance"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> StrictClient:
    client = app.test_client()
    assert isinstance(client, StrictClient)
    return client
