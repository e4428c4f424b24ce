"""gunicorn's options, and what every process of ours does as it starts."""

from __future__ import annotations

import os
from pathlib import Path
from runpy import run_path
from types import ModuleType

import pytest

from app import create_app
from app.platform import processors
from app.platform.db.engines import engine_config
from tests.making import make_settings


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module reads the settings, which must not be those of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROISEE_INSTANCE", str(tmp_path_factory.mktemp("instance")))
        patch.setenv("PORT", "8123")
        from app.operations import serving
    return serving


def test_as_many_processes_as_the_machine_is_told_and_one_on_one_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROISEE_INSTANCE", str(tmp_path))
    file = "app/operations/serving.py"
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    for count, expected in ((1, 1), (2, 2), (16, 2)):
        monkeypatch.setattr(processors, "processors", lambda count=count: count)
        assert run_path(file)["workers"] == expected
    monkeypatch.setenv("WEB_CONCURRENCY", "6")
    assert run_path(file)["workers"] == 6


def test_the_options(serving: ModuleType) -> None:
    """No control socket, which lies in the user's folder: two servers of one user do not meet."""
    assert (serving.bind, serving.control_socket_disable) == ("127.0.0.1:8123", True)


def test_a_database_that_does_not_answer_is_given_up_before_the_request_is(serving: ModuleType) -> None:
    """Who waits reads a page that says so: their process is not killed meanwhile."""
    told = engine_config("postgresql+psycopg://h/b", pooler=False)["connect_args"]
    assert 0 < told["connect_timeout"] < serving.timeout / 2
    assert 0 < told["tcp_user_timeout"] / 1000 < serving.timeout / 2


def test_what_a_process_of_ours_writes_is_for_its_own_account(tmp_path: Path) -> None:
    """Commands and workers alike, whatever the shell that starts them says."""
    before = os.umask(0o022)
    try:
        create_app(make_settings(tmp_path))
    finally:
        during = os.umask(before)
    assert during == 0o077
