"""How gunicorn serves Croisée: `gunicorn --config app/operations/serving.py 'app:create_app()'`, which `make serve` and the operators' guide repeat.

gunicorn gives each connection a thread, and has no limit on how long its request may take to arrive: sixteen that send a byte now and then
stop the site. Here a request waits in the worker's loop, where it costs nothing, and gets a thread when all of it has come.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import TConn, ThreadWorker

from app.platform.settings import load

# --- gunicorn's options ----------------------------------------------------------------------------------------------

_SETTINGS = load()
bind = f"127.0.0.1:{_SETTINGS.port}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
"""By the variable that gunicorn itself reads where no file says otherwise: as many as processors, on a machine that only serves (`docs/exploitants/grandir.md`)."""
threads = 4
worker_class = "app.operations.serving.Worker"
worker_connections = 200
"""A worker's connections of all kinds. What waits for the rest of its request holds no more than `LARGEST_HELD` of memory each."""
timeout = 60
graceful_timeout = 20
keepalive = 5
"""Seconds. Far from the proxy's, of one: what it sends on a connection that is closed at that moment is lost, and a form is not sent twice."""
max_requests = 50_000
max_requests_jitter = 5_000
preload_app = True
"""The first process reads the code, the others share it: they begin in no time, and hold less memory. New code asks for a new start, not for a reload."""
control_socket_disable = True
"""It lies in the user's own folder, so that a second server of the same user would answer in place of the first."""
logconfig_dict = {"formatters": {"generic": {"()": "app.platform.log.Json"}}, "root": {"handlers": []}} if _SETTINGS.log_format == "json" else {}
"""gunicorn's own lines as ours."""
COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own variable."""
forwarder_headers = ""
"""Nobody in front may say where the application begins."""

# --- What its processes count together ------------------------------------------------------------------------------


def on_starting(_server: Any) -> None:
    """Where each process will count: a folder of this server alone, gone with it."""
    os.environ[COUNTS] = tempfile.mkdtemp(prefix="croisee-counts-")


def post_worker_init(worker: Any) -> None:
    """Nothing is counted where nobody may ask."""
    if _SETTINGS.metrics_token:
        from app.operations.watching import counting  # its library takes a while to come

        counting.begin(worker.wsgi)


def child_exit(_server: Any, worker: Any) -> None:
    """What was counted stays; what was open is closed."""
    if _SETTINGS.metrics_token:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    shutil.rmtree(os.environ.pop(COUNTS), ignore_errors=True)


class Site(BaseApplication):
    """gunicorn with these options and an application that is there already."""

    def __init__(self, app: Flask) -> None:
        self.served = app
        super().__init__()

    def load_config(self) -> None:
        for name, value in globals().items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.served


# --- Slow clients ----------------------------------------------------------------------------------------------------

SECONDS_TO_ARRIVE = 20
"""For the whole of a request of ordinary size, and for a connection on which nothing comes."""
SECONDS_STALLED = 20
"""While a thread waits for more of a large upload, or for a client to take more of an answer."""
LONGEST_HEAD = 64 * 1024
LARGEST_HELD = 2 * 1024 * 1024
"""Bytes of a body that is waited for: the application's own limit (`MAX_CONTENT_LENGTH`). It refuses larger ones unread, but from those who may send them."""

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([^\r\n]*?)[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Arriving:
    """What has come of one request."""

    def __init__(self, begun: bytes = b"") -> None:
        self.came = bytearray(begun)
        self.end: int | None = None
        """Where it ends, once its head is here."""
        self.refused = False
        """A head without end, or a body whose length is not said or is no number: browsers send none, and our proxy passes none on."""

    def take(self, data: bytes) -> None:
        known = len(self.came)
        self.came += data
        if self.end is None:
            self._read_head(max(0, known - 3))

    def _read_head(self, since: int) -> None:
        """`since`: where its end may stand; what came before was searched when it came."""
        head = self.came.find(b"\r\n\r\n", since) + 4
        if head < 4:
            self.refused = len(self.came) > LONGEST_HEAD
            return
        length = _LENGTH.search(self.came, 0, head)
        said = length[1] if length else b"0"
        number = said.lstrip(b"0")
        self.refused = _CHUNKED.search(self.came, 0, head) is not None or not said.isdigit() or len(number) > 18
        self.end = head if self.refused else head + int(number or b"0")

    @property
    def held(self) -> bool:
        """False for an upload so large that it is read while it comes."""
        return self.end is not None and self.end <= LONGEST_HEAD + LARGEST_HELD

    @property
    def ready(self) -> bool:
        return self.end is not None and (len(self.came) >= self.end or not self.held)


def _received(client: socket.socket) -> bytes | None:
    """What the client sent; b"" when it has left, None when there is nothing yet."""
    try:
        return client.recv(LONGEST_HEAD)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class Worker(ThreadWorker):
    """gunicorn's threads, which a slow client does not hold. Everything here runs in the loop, but `handle_request` and `_keepalive_after`."""

    def enqueue_req(self, conn: TConn) -> None:
        """Where a request may begin: on a new connection, or on one that was kept open and says something."""
        conn.arriving = Arriving()
        self._wait(conn, self._arrives)
        if conn.parser:
            conn.arriving.take(conn.parser.unreader.take_buffered())  # it came behind the request before
        self._arrives(conn, conn.sock)

    def _wait(self, conn: TConn, then: Callable[[TConn, socket.socket], None]) -> None:
        """In the loop, until its time is over: `murder_pending` then closes it."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + SECONDS_TO_ARRIVE
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(then, conn))

    def _wait_no_more(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def _arrives(self, conn: TConn, client: socket.socket) -> None:
        arriving: Arriving = conn.arriving
        if not arriving.ready:
            data = _received(client)
            if data is None:
                return
            if not data:
                self._drop(conn)
                return
            arriving.take(data)
        if arriving.refused:
            with suppress(OSError):
                client.send(BAD_REQUEST)
            self._drop(conn)
        elif arriving.ready:
            self._wait_no_more(conn)
            conn.init()
            conn.parser.unreader.unread(bytes(arriving.came))
            super().enqueue_req(conn)

    def _drop(self, conn: TConn) -> None:
        self._wait_no_more(conn)
        self.nr_conns -= 1
        conn.close()

    def handle_request(self, req: Any, conn: TConn) -> bool:
        conn.sock.settimeout(SECONDS_STALLED)
        try:
            return bool(super().handle_request(req, conn))
        except TimeoutError as slow:
            raise ConnectionResetError(errno.ECONNRESET, "the client was too slow") from slow  # what gunicorn ends a connection for quietly

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """gunicorn would wait in this thread for the rest of a body that nobody read."""
        return bool(super()._keepalive_after(conn, keepalive and conn.arriving.held))

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """gunicorn waits in its loop, two seconds, for a client that has its answer to close: nobody else is served meanwhile."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            self._wait(conn, self._lingers)
        except OSError:  # it is gone already
            self.nr_conns -= 1
            conn.close()

    def _lingers(self, conn: TConn, client: socket.socket) -> None:
        """It was answered and may still be sending: closed at once, it might never see the answer."""
        if _received(client) == b"":
            self._drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """A worker that stops waits no longer for a request that may come than for the next one of a connection."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)
