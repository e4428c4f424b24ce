"""A learner who finished two lessons and a quiz."""

from __future__ import annotations

import pytest

from tests.learner.review.reviewing import Reviewer, finishing
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World

__all__ = ["clock", "either", "empty", "world"]


@pytest.fixture
def reviewer(world: World) -> Reviewer:
    return finishing(world)


@pytest.fixture
def either_reviewer(either: World) -> Reviewer:
    return finishing(either)
