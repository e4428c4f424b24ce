"""The real course and the demonstration, in an instance of its own for each session of tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.operations.demonstration.accounts import stored_accounts
from app.platform.db import db
from tests.demonstrations import demonstration_in
from tests.making import make_app, make_settings
from tests.proofs.every_page import made_values


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = make_app(make_settings(demonstration_in(tmp_path_factory, tmp_path_factory.mktemp("demonstration") / "instance")))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(demonstration: Flask) -> Flask:
    """What `live` and `client` serve here. Its state is shared by the tests of this folder: each has its own learners."""
    return demonstration


@pytest.fixture(scope="session")
def passwords(demonstration: Flask) -> dict[str, str]:
    """The password of each address of the demonstration."""
    return {account.email: account.password for account in stored_accounts(demonstration.config["CROISEE"])}


@pytest.fixture(scope="session")
def values(demonstration: Flask) -> dict[str, Any]:
    """A value for each variable of an address (`tests/proofs/every_page.py`)."""
    return made_values(demonstration)
