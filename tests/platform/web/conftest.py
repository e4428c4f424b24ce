"""What all pages share, alone: no other package, no table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import flask_config
from app.administration.privacy.register import tables
from app.assessment.kinds.registry import marking
from app.learner.home import course
from app.platform import db, log, web
from tests.conftest import make_settings
from tests.strict import StrictClient


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """An application that has `app.platform.web`, its database, and nothing else."""
    app = Flask("app", instance_path=str(tmp_path))
    app.config.update(flask_config(make_settings(tmp_path / "instance")))
    app.test_client_class = StrictClient
    log.init_app(app)
    db.init_app(app)
    web.init_app(app)
    app.jinja_env.globals |= {"data_register": tables.treatments, "marking": marking}
    course.init_app(app)  # with these, all that public pages are given by packages above
    yield app
    with app.app_context():
        db.db.engine.dispose()


@pytest.fixture
def visitor(bare: Flask) -> StrictClient:
    client = bare.test_client()
    assert isinstance(client, StrictClient)
    return client
