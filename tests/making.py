"""Settings and applications of tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from app import create_app
from app.db import Base, db
from app.settings import Settings
from tests.strict import StrictClient


class Compiled(BytecodeCache):
    """Templates of all applications of a test process: each is compiled once."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get(f"{bucket.key} {bucket.checksum}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[f"{bucket.key} {bucket.checksum}"] = bucket.code


COMPILED = Compiled()


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
    app.jinja_env.bytecode_cache = COMPILED
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app
