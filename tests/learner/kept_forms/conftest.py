"""Who sends the forms, unless a file says otherwise."""

from __future__ import annotations

import pytest

from app.identity.rules import Role
from tests.record.world import World
from tests.strict import StrictClient


@pytest.fixture
def client(world: World) -> StrictClient:
    """Inès, who writes the course; on SQLite."""
    world.person(role=Role.TRAINER)
    return world.client()


@pytest.fixture
def both(either: World) -> StrictClient:
    """The same, on each database in turn."""
    either.person(role=Role.TRAINER)
    return either.client()
