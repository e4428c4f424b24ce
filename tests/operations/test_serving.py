"""What of a request has come: the worker gives it a thread when all of it is there, and never before."""

from __future__ import annotations

import os
from pathlib import Path
from runpy import run_path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import create_app, flask_config
from tests.making import make_settings


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module reads the settings, which must not be those of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROISEE_INSTANCE", str(tmp_path_factory.mktemp("instance")))
        patch.setenv("PORT", "8123")
        from app.operations import serving
    return serving


def test_as_many_processes_as_the_machine_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROISEE_INSTANCE", str(tmp_path))
    file = "app/operations/serving.py"
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    assert run_path(file)["workers"] == 2
    monkeypatch.setenv("WEB_CONCURRENCY", "6")
    assert run_path(file)["workers"] == 6


HEAD = b"POST /x HTTP/1.1\r\nHost: a\r\nCONTENT-length: 5\r\n\r\n"


@pytest.mark.parametrize(
    ("came", "ready"),
    [
        (b"", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (HEAD, False),
        (HEAD + b"1234", False),
        (HEAD + b"12345", True),
        (HEAD + b"12345GET /", True),
        (HEAD.replace(b" 5", b" 90000000"), True),
    ],
)
def test_ready_when_all_of_it_is_there(serving: ModuleType, came: bytes, ready: bool) -> None:
    arriving = serving.Arriving()
    arriving.take(came)
    assert (arriving.ready, arriving.refused) == (ready, False)


@pytest.mark.parametrize("length", [b" five", b"", b" -5", b" 5, 5", b" " + b"9" * 19])
def test_a_length_that_is_no_number_is_refused(serving: ModuleType, length: bytes) -> None:
    arriving = serving.Arriving()
    arriving.take(HEAD.replace(b" 5", length))
    assert arriving.refused


def test_zeros_before_a_length_hide_nothing(serving: ModuleType) -> None:
    arriving = serving.Arriving()
    arriving.take(HEAD.replace(b" 5", b" " + b"0" * 30 + b"5"))
    assert (arriving.ready, arriving.refused) == (False, False)
    arriving.take(b"12345")
    assert arriving.ready


@given(parts=st.lists(st.integers(1, 20), max_size=30))
def test_how_it_is_cut_up_changes_nothing(serving: ModuleType, parts: list[int]) -> None:
    arriving, sent, whole = serving.Arriving(), 0, HEAD + b"12345"
    for size in parts:
        arriving.take(whole[sent : sent + size])
        sent += size
        assert arriving.ready == (sent >= len(whole))
        assert bytes(arriving.came) == whole[:sent]


@pytest.mark.parametrize("came", [b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"x" * 70_000, b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 20_000])
def test_what_could_come_for_ever_is_refused(serving: ModuleType, came: bytes) -> None:
    arriving = serving.Arriving()
    arriving.take(came)
    assert arriving.refused


def test_the_limit_is_the_application_s_own(serving: ModuleType, tmp_path: Path) -> None:
    assert flask_config(make_settings(tmp_path))["MAX_CONTENT_LENGTH"] == serving.LARGEST_HELD


def test_the_options(serving: ModuleType) -> None:
    """No control socket, which lies in the user's folder: two servers of one user do not meet."""
    assert (serving.bind, serving.control_socket_disable) == ("127.0.0.1:8123", True)


def test_what_a_process_of_ours_writes_is_for_its_own_account(tmp_path: Path) -> None:
    """Commands and workers alike, whatever the shell that starts them says."""
    before = os.umask(0o022)
    try:
        create_app(make_settings(tmp_path))
    finally:
        during = os.umask(before)
    assert during == 0o077
