"""The demonstration on the real course, prepared once for a whole run of the tests, whatever the workers and the folders that ask for it."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from app.platform.db import db
from tests.making import make_app, make_settings


def demonstration_in(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Path:
    """Copy to `folder` (which must not exist) the database and the passwords. Without SQLite's journal: the last connection is closed."""
    base = tmp_path_factory.getbasetemp()
    kept = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "prepared-demonstration"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _prepare(kept.with_suffix(".draft"))
            kept.with_suffix(".draft").rename(kept)
    shutil.copytree(kept, folder)
    return folder


def _prepare(folder: Path) -> None:
    """As `make serve` does, migrations included."""
    app = make_app(make_settings(folder))
    with app.app_context():
        db.engine.dispose()
    (folder / "test.sqlite").unlink()
    result = app.test_cli_runner().invoke(args=["prepare"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        db.engine.dispose()
