"""Two sites: what goes out of one comes into the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.platform.db import db
from tests.authoring.sites import Site
from tests.making import make_app, make_settings


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Site]:
    """An empty one."""
    app = make_app(make_settings(tmp_path / "deux"))
    yield Site(app)
    with app.app_context():
        db.engine.dispose()
