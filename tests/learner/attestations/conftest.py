"""Who holds an attestation, on a host that can sign."""

from __future__ import annotations

import pytest

from app.platform.db import writing
from app.record import badges
from app.record import services as record
from tests.record.world import World

MODULE = ("un-a", "un-a-quiz", "un-b")


@pytest.fixture
def person(world: World) -> int:
    """Of one module."""
    holder = world.person()
    for element in MODULE:
        world.finish(holder, element)
    world.do(record.attest, holder)
    with world.app.app_context(), writing() as session:
        badges.prepare_key(session, world.app.config["CROISEE"].instance_path, world.clock.now(), bits=2048)
    return holder
