"""Requests to other machines: each status is an answer, nothing is followed, and what is no HTTP is no answer."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

import pytest

from app.identity.sign_in import openid as institutions
from app.platform import outgoing


@contextmanager
def saying(answer: bytes) -> Iterator[str]:
    """The address of somebody who says this to the first request, whatever it asks."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(10_000)
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        thread.join()


@pytest.mark.parametrize("status", [200, 302, 401, 500])
def test_whatever_the_status_it_is_an_answer(status: int) -> None:
    head = f"HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:9/\r\nWWW-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nok"
    with saying(head.encode()) as address, outgoing.opener().open(address, timeout=10) as got:
        assert (got.status, got.headers["Location"], got.read()) == (status, "http://127.0.0.1:9/", b"ok")


def test_what_is_no_http_is_no_answer() -> None:
    with saying(b"SSH-2.0-OpenSSH\r\n") as address, pytest.raises(HTTPException):
        outgoing.opener().open(address, timeout=10)


def test_an_institution_that_speaks_no_http_does_not_answer() -> None:
    with saying(b"SSH-2.0-OpenSSH\r\n") as address, pytest.raises(institutions.Unreachable):
        institutions.fetch(address, None, {})
