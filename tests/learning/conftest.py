"""A world with the small course, on SQLite and on PostgreSQL in turn, or on SQLite alone."""

from __future__ import annotations

import pytest
from flask import Flask

from app import clock as app_clock
from tests.learning import courses
from tests.learning.world import Clock, World


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    told = Clock()
    monkeypatch.setattr(app_clock, "now", told.now)
    return told


@pytest.fixture
def empty(app: Flask, clock: Clock) -> World:
    """No course, SQLite."""
    return World(app, clock)


@pytest.fixture
def world(empty: World) -> World:
    """The small course, SQLite."""
    empty.publish_together(*courses.small())
    return empty


@pytest.fixture
def either(any_app: Flask, clock: Clock) -> World:
    """The small course, on each database in turn."""
    world = World(any_app, clock)
    world.publish_together(*courses.small())
    return world
