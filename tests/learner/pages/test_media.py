"""Images of the course: for who is signed in, by the name of their bytes and no other."""

from __future__ import annotations

from hashlib import sha256

import pytest
from flask import Flask

from app.identity.rules import Role
from tests.content.course_folder import PNG
from tests.identity.builders import sign_in, stored_person
from tests.strict import StrictClient

NAME = sha256(PNG).hexdigest() + ".png"


@pytest.fixture
def kept(app: Flask) -> None:
    folder = app.config["CROISEE"].instance_path / "media"
    folder.mkdir()
    (folder / NAME).write_bytes(PNG)
    (folder.parent / "secret.png").write_bytes(PNG)


@pytest.mark.usefixtures("kept")
def test_an_image_is_kept_by_the_reader_s_browser(app: Flask, client: StrictClient) -> None:
    stored_person(app, roles=[Role.LEARNER])
    sign_in(client)
    with client.get(f"/media/{NAME}") as response:
        assert (response.status_code, response.mimetype, response.data) == (200, "image/png", PNG)
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    with client.get(f"/media/{NAME}", headers={"If-None-Match": response.headers["ETag"]}) as again:
        assert again.status_code == 304


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("name", ["secret.png", "..%2Fsecret.png", "0" * 64 + ".png", "0" * 64 + ".svg", NAME.upper()])
def test_no_other_name_answers(app: Flask, client: StrictClient, name: str) -> None:
    stored_person(app, roles=[Role.LEARNER])
    sign_in(client)
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.usefixtures("kept")
def test_a_visitor_is_sent_to_sign_in(client: StrictClient) -> None:
    assert client.get(f"/media/{NAME}").status_code in (302, 303)
