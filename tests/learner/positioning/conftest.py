"""The small course with a pool for each of its modules, and a learner."""

from __future__ import annotations

import pytest

from tests.learner.positioning.taking import pools
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World
from tests.strict import StrictClient

__all__ = ["clock", "either", "empty", "world"]


@pytest.fixture
def tested(world: World) -> World:
    world.publish_together(*pools())
    world.person()
    return world


@pytest.fixture
def tested_either(either: World) -> World:
    either.publish_together(*pools())
    either.person()
    return either


@pytest.fixture
def client(tested: World) -> StrictClient:
    return tested.client()
