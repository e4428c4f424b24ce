"""A learner, and a lesson that asks three questions about one's territory."""

from __future__ import annotations

import pytest

from tests.learner.notebook.lessons import asking
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World
from tests.strict import StrictClient

__all__ = ["clock", "either", "empty", "world"]


@pytest.fixture
def notebook(world: World) -> World:
    world.publish(asking())
    world.person()
    return world


@pytest.fixture
def client(notebook: World) -> StrictClient:
    return notebook.client()
