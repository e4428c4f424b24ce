"""The small course with two surveys, and somebody who finished its first module."""

from __future__ import annotations

import pytest

from tests.learner.surveys.asking import SURVEYS, Asked, asking
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World

__all__ = ["clock", "either", "empty", "world"]


@pytest.fixture
def asked(world: World) -> Asked:
    world.publish_together(*SURVEYS)
    return asking(world)


@pytest.fixture
def either_asked(either: World) -> Asked:
    either.publish_together(*SURVEYS)
    return asking(either)
