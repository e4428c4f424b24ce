"""The real course and the demonstration, loaded once a session into an instance of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from app import clock
from app.content import course_files
from app.content.survey import survey
from app.content.sync import sync
from app.db import db, writing
from app.identity import demo
from app.log import logger
from tests.making import make_app, make_settings


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = make_settings(tmp_path_factory.mktemp("demonstration"))
    app, level = make_app(settings), logger.level
    logger.setLevel(logging.WARNING)  # the demonstration's months are no news
    with app.app_context():
        files = course_files.find(settings.course_path)
        found = survey(files, clock.now().date(), settings.instance_path / "cache" / "content.json")
        with writing() as session:
            assert not sync(session, files, found, settings.media_path, clock.now()).refused
        with writing() as session:
            demo.load(session, settings, clock.now())
    logger.setLevel(level)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(demonstration: Flask) -> Flask:
    """What `live` and `client` serve here. Its state is shared by the tests of this folder: each has its own learners."""
    return demonstration


@pytest.fixture
def passwords(app: Flask) -> dict[str, str]:
    """The password of each address of the demonstration."""
    return {account.email: account.password for account in demo.read(app.config["CROISEE"])}
