"""The demonstration, loaded once and copied for each test: more than fifty people at every stage, over six months, on the real course."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.operations.demonstration.accounts import PEOPLE, Stage, stored_accounts
from app.platform.db import db
from app.platform.french import fold
from tests.demonstrations import demonstration_in
from tests.identity.builders import sign_in
from tests.making import make_app, make_settings
from tests.record.conftest import clock, either
from tests.strict import Page, StrictClient
from tests.words import NEXT_PEOPLE

__all__ = ["clock", "either"]

SignIn = Callable[[str], StrictClient]
LILLE_SUD = sorted((person.name for person in PEOPLE if person.territory == "cite-lille-sud" and person.stage != Stage.STAFF), key=fold)
"""The people of the responsable who looks after one cité."""


def all_pages(client: StrictClient, address: str) -> Iterator[Page]:
    """Every page of a grid, as somebody reads on."""
    page = client.see(address)
    yield page
    while NEXT_PEOPLE in page.text:
        page = client.see(page.link(NEXT_PEOPLE))
        yield page


def rows_of(page: Page) -> list[Any]:
    """Its people's rows; none where nobody answers."""
    return [row for body in page.all("tbody")[:1] for row in body.iter("tr")]


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration_in(tmp_path_factory, tmp_path_factory.mktemp("demonstration") / "instance")


@pytest.fixture
def app(demonstration: Path, tmp_path: Path) -> Iterator[Flask]:
    shutil.copytree(demonstration, tmp_path / "instance")
    app = make_app(make_settings(tmp_path / "instance"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def as_(app: Flask) -> SignIn:
    """`as_("karim.haddouche")` is a client who signed in as that person."""
    passwords = {account.email: account.password for account in stored_accounts(app.config["CROISEE"])}

    def enter(name: str) -> StrictClient:
        client = app.test_client()
        assert isinstance(client, StrictClient)
        address = f"{name}@croisee.example"
        sign_in(client, address, passwords[address])
        return client

    return enter
