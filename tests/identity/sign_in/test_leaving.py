"""What a browser is told when sessions end: nothing before it is written, and nothing that was meant for somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.platform.db import db
from tests.identity.builders import PASSWORD, sign_in, signed_in
from tests.strict import StrictClient
from tests.words import CLOSE_OTHER_SESSIONS, SIGN_IN_PAGE, SIGN_OUT

NEW = "une phrase toute neuve, et longue"


@contextmanager
def no_commit(app: Flask) -> Iterator[None]:
    """Meanwhile whatever is committed meets a full disk, or a server that is gone."""

    def fail(_connection: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("gone"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)


@pytest.mark.usefixtures("ines")
@pytest.mark.parametrize(
    ("path", "button", "typed"),
    [("/compte/mot-de-passe", "Changer", {"current": PASSWORD, "password": NEW}), ("/compte", CLOSE_OTHER_SESSIONS, {})],
)
def test_what_cannot_be_written_leaves_the_browser_signed_in(app: Flask, client: StrictClient, path: str, button: str, typed: dict[str, str]) -> None:
    sign_in(client)
    client.see(path)
    with no_commit(app):
        client.submit(button, 503, **typed)
    assert signed_in(client)
    assert "Vos autres sessions sont fermées" not in client.page.text


@pytest.mark.usefixtures("ines")
def test_a_shared_computer_forgets_even_where_nothing_can_be_written(app: Flask, client: StrictClient) -> None:
    sign_in(client)
    client.see("/compte")
    with no_commit(app):
        page = client.submit(SIGN_OUT)
        assert page.h1 == SIGN_IN_PAGE
        assert "n’a pas pu fermer votre session" in page.text
    assert not signed_in(client)


@pytest.mark.usefixtures("ines")
@pytest.mark.parametrize("way", ["sign out", "erase"])
def test_the_next_person_reads_nothing_that_was_meant_for_the_one_who_leaves(client: StrictClient, way: str) -> None:
    sign_in(client)
    client.see("/compte/effacement/confirmation")
    with client.session_transaction() as held:
        held["_flashes"] = [("success", "Le compte de Rose Ponsable est fermé.")]
    fields = client.page.form(SIGN_OUT if way == "sign out" else "Effacer")["fields"]
    if way == "sign out":
        assert client.post("/deconnexion", data=fields).status_code == 303
    else:
        assert client.post("/compte/effacement/confirmation", data={**fields, "current": PASSWORD, "sure": "y"}).status_code == 303
    page = client.see("/connexion")
    assert "Rose Ponsable" not in page.text
    assert ("Votre compte est effacé." in page.text) is (way == "erase")
