"""The day's letters: to whom, once, whatever happens to the run."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app import clock as app_clock
from tests.learning import courses
from tests.learning.world import Clock
from tests.reporting.reminding import LENS, Network

MONDAY = date(2026, 11, 30)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    told = Clock()
    monkeypatch.setattr(app_clock, "now", told.now)
    return told


@pytest.fixture
def network(any_app: Flask, clock: Clock) -> Network:
    """On each database in turn."""
    network = Network(any_app, clock)
    network.at(date(2026, 11, 2))
    network.publish_together(*courses.small())
    return network


def test_it_runs(network: Network) -> None:
    author = network.manager(LENS)
    ines = network.learner("Inès Carpentier")
    network.look(ines, "un-a")
    network.rule(author, territory_id=LENS)
    assert network.morning(MONDAY) == [("Inès Carpentier", "reprendre votre parcours")]
    network.send()
    assert network.collect() == []
