"""An S3-compatible server, started once and only for those who ask; a bucket of it; each store in turn."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from app.platform.settings import Settings
from tests.making import make_settings
from tests.platform.storage import s3
from tests.record.conftest import clock

__all__ = ["clock"]

_numbers = count(1)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    server = s3.started()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def _set(address: str, name: str) -> dict[str, Any]:
    return {"bucket": name, "bucket_url": address, "bucket_key": "clef", "bucket_secret": "secret"}


@pytest.fixture
def bucket(s3_server: str) -> dict[str, Any]:
    """Settings that lead to a new bucket."""
    name = f"croisee-{next(_numbers)}"
    s3.make_bucket(s3_server, name)
    return _set(s3_server, name)


@pytest.fixture
def away() -> Iterator[dict[str, Any]]:
    """Settings that lead to a bucket that does not answer: somebody has the port, and listens to nobody."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield _set(f"http://127.0.0.1:{held.getsockname()[1]}", "seau")


@pytest.fixture(params=["folder", "bucket"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings by which files are kept in a folder, then in a bucket."""
    changes = request.getfixturevalue("bucket") if request.param == "bucket" else {}
    return make_settings(tmp_path / "instance", **changes)
