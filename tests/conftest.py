"""Fixtures of every test: an application on a database of its own, a strict client, a session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy.orm import Session

from app import create_app
from app.db import Base, db
from app.settings import Settings
from tests.strict import StrictClient

hypothesis_settings.register_profile(
    "croisee", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("croisee")


def make_settings(folder: Path, **changes: object) -> Settings:
    """Settings of a test: everything under `folder`, nothing from the environment."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = Settings(
        instance_path=folder,
        database_url=f"sqlite:///{folder / 'test.sqlite'}",
        secret_key="a-secret-key-of-tests-only-0123456789",
        environment="test",
        login_limit="1000 per minute",
        contact="L’équipe de Croisée, equipe@croisee.example",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def make_app(settings: Settings) -> Flask:
    """An application whose tables exist."""
    app = create_app(settings)
    app.test_client_class = StrictClient
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(make_settings(tmp_path / "instance"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> StrictClient:
    client = app.test_client()
    assert isinstance(client, StrictClient)
    return client
