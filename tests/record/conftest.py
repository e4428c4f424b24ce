"""A world with the small course, on SQLite and on PostgreSQL in turn, or on SQLite alone."""

from __future__ import annotations

import pytest
from flask import Flask

from app.platform import clock as app_clock
from tests.record import courses
from tests.record.world import Clock, World


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
    return with_the_small_course(empty)


def with_the_small_course(world: World) -> World:
    world.begin(*courses.small())
    return world


@pytest.fixture
def either(any_app: Flask, clock: Clock) -> World:
    """The small course, on each database in turn."""
    return with_the_small_course(World(any_app, clock))
