"""How much is read of what is sent, and by whom: nothing of what will be refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.identity.rules import Role
from tests.authoring.incoming.busy import ARCHIVE, FETCH, IMAGES, PEOPLE, WORD
from tests.authoring.incoming.pictures import picture
from tests.bench.load import form_with_file
from tests.record.world import World
from tests.strict import StrictClient


@pytest.fixture
def trainer(world: World) -> StrictClient:
    return world.signed_in(world.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER))


@pytest.fixture
def administrator(world: World) -> StrictClient:
    return world.signed_in(world.person("Ada Lambert", enrolled=False, role=Role.ADMINISTRATOR))


class Unread(io.BytesIO):
    """What is sent: whoever reads it fails the test."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = readinto = read  # type: ignore[assignment]


def posted(client: FlaskClient, address: str, length: int, **headers: str) -> TestResponse:
    """A file of `length` bytes is announced, and not a byte of it may be read."""
    return client.open(
        address,
        method="POST",
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"CONTENT_LENGTH": str(length), "wsgi.input": Unread()},
        headers=headers,
    )


UPLOADS = [IMAGES, WORD, ARCHIVE, PEOPLE, "/atelier/documents/un-a", "/atelier/archive/0", "/administration/personnes/nouvelle"]


@pytest.mark.parametrize("address", UPLOADS)
def test_who_may_not_send_is_refused_before_anything_is_read(world: World, address: str) -> None:
    learner = world.signed_in(world.person())
    assert posted(learner, address, 60_000_000).status_code == 404
    assert posted(learner, address, 1000, **FETCH).status_code == 404


@pytest.mark.parametrize("address", UPLOADS)
def test_what_is_larger_than_its_page_takes_is_refused_before_it_is_read(
    world: World, trainer: StrictClient, administrator: StrictClient, address: str
) -> None:
    sender = administrator if address.startswith("/administration") else trainer
    most = {IMAGES: 16_000_000, WORD: 61_000_000, ARCHIVE: 61_000_000}.get(address, 2 * 1024 * 1024)
    assert posted(sender, address, most + 1).status_code == 413
    assert posted(sender, address, most).status_code == 500  # it is read, then
    for visitor in (world.app.test_client(), signed_out(world, trainer)):
        assert posted(visitor, address, 3_000_000).status_code == 413


def signed_out(world: World, client: StrictClient) -> FlaskClient:
    """Whose cookie still says who it was."""
    other = world.app.test_client()
    with client.session_transaction() as session, other.session_transaction() as copy:
        copy.update({**session, "_user_id": "of-a-session-that-is-closed"})
    return other


def test_a_form_survives_its_session_and_a_strangers_is_refused(world: World, trainer: StrictClient) -> None:
    fields = {"text": "Ce qui était écrit"}
    trainer.delete_cookie("croisee")
    kept = trainer.post("/atelier/documents/un-a", data=fields, headers={"Referer": "http://localhost/atelier"})
    assert kept.status_code == 303
    assert kept.headers["Location"].startswith("/connexion?next=/reprise/")
    stranger = world.app.test_client()
    assert (
        stranger.post("/atelier/documents/un-a", data=fields, headers={"Referer": "http://localhost/atelier"}).headers["Location"] == "/connexion?next=/atelier"
    )
    assert trainer.post("/atelier/documents/un-a", data=fields, headers={"Referer": "https://evil.example/"}).status_code == 403


def test_the_fields_of_an_image_are_not_a_text(world: World, trainer: StrictClient) -> None:
    """Only a paste takes more than the usual outside of files."""
    fields = {"csrf_token": trainer.see(IMAGES).form("Ajouter")["fields"]["csrf_token"], "alternative": "x" * 2_000_000}
    kind, body = form_with_file("plan.png", picture(), **fields)
    assert trainer.post(IMAGES, data=body, content_type=kind).status_code == 413
