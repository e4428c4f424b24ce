"""Fixtures of the tests of people."""

from __future__ import annotations

import pytest
from flask import Flask

from app import clock
from tests.learning import courses
from tests.learning.world import Clock, World


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small course, and a clock that the test moves."""
    told = Clock()
    monkeypatch.setattr(clock, "now", told.now)
    world = World(app, told)
    world.publish_together(*courses.small())
    return world
