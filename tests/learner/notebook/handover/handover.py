"""What several tests share: handing over, and receiving: what is ticked and nothing else; seen before it is stored; hostile files refused with a sentence."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.record.world import World
from tests.strict import Page, StrictClient
from tests.words import RECEIVE_TICKED

CHOOSE, RECEIVE = "/carnet/passation", "/carnet/passation/recevoir"


@pytest.fixture
def client(world: World) -> StrictClient:
    world.person()
    return world.client()


@pytest.fixture
def other(world: World, client: StrictClient) -> StrictClient:
    world.person("Une Suivante")
    return world.client("Une Suivante")


def handed(client: StrictClient, status: int = 200, **ticked: Any) -> bytes:
    form = client.see(CHOOSE).form("Télécharger")
    response = client.post(form["action"], data={**form["fields"], **ticked})
    assert response.status_code == status
    return response.get_data()


def look(client: StrictClient, data: bytes, status: int = 200) -> Page:
    form = client.see(RECEIVE).form("Voir ce qu")
    response = client.post(form["action"], data={**form["fields"], "file": (io.BytesIO(data), "passation.zip")}, content_type="multipart/form-data")
    assert response.status_code == status
    return client.page


def receive(client: StrictClient, data: bytes, **changes: Any) -> Page:
    look(client, data)
    return client.submit(RECEIVE_TICKED, **changes)
