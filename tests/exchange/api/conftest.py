"""A small region, on each database in turn or on SQLite alone."""

from __future__ import annotations

import pytest

from tests.exchange.api.programs import Region, region
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World

__all__ = ["clock", "either", "empty", "world"]


@pytest.fixture
def both(either: World) -> Region:
    return region(either)


@pytest.fixture
def small(world: World) -> Region:
    return region(world)
