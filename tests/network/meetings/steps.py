"""What several tests share: a meeting as a step of a path: being there completes it, and nothing else but what its lesson allows."""

from __future__ import annotations

import pytest

from tests.record import courses
from tests.record.world import World

STEP = "un-rencontre"


@pytest.fixture
def hybrid(empty: World) -> World:
    """A path of one lesson and one meeting, which reading the synthesis may stand for."""
    publish(empty)
    return empty


def publish(world: World, instead: str = "synthèse") -> None:
    world.publish_together(
        courses.module("mod-un", ["un-a", STEP]),
        courses.lesson("un-a"),
        courses.lesson(STEP, title="Se rencontrer", criterion="présence", instead=instead, minutes=120),
        courses.path(["mod-un"]),
    )
