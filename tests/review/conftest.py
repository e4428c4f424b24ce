"""A learner who finished two lessons and a quiz."""

from __future__ import annotations

import pytest

from tests.learning.conftest import clock, either, empty, world
from tests.learning.world import World
from tests.review.reviewing import Reviewer, finishing

__all__ = ["clock", "either", "empty", "world"]


@pytest.fixture
def reviewer(world: World) -> Reviewer:
    return finishing(world)


@pytest.fixture
def either_reviewer(either: World) -> Reviewer:
    return finishing(either)
