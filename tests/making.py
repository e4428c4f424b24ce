"""Settings and applications of tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.db import Base, db
from app.settings import Settings
from tests.strict import StrictClient


def make_settings(folder: Path, **changes: Any) -> Settings:
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
    return replace(plain, **changes)


def make_app(settings: Settings) -> Flask:
    """An application whose tables exist."""
    app = create_app(settings)
    app.test_client_class = StrictClient
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app
