"""A load generator of a few lines: keep-alive sockets, one thread a client, requests prepared beforehand."""

from __future__ import annotations

import re
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart


@dataclass(frozen=True)
class Load:
    """What a run measured. Times in milliseconds."""

    per_second: float
    p50: float
    p99: float
    failures: int
    longest: float = 0.0


class Connection:
    """One keep-alive connection that sends prepared bytes and reads one answer."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def exchange(self, request: bytes) -> tuple[int, bytes, bytes]:
        """(status, head, body). Connects again when the server closed the idle connection."""
        try:
            self.socket.sendall(request)
            return self._read()
        except (ConnectionError, IndexError):
            self.socket.close()
            self.__init__(self.port)  # type: ignore[misc]
            self.socket.sendall(request)
            return self._read()

    def _read(self) -> tuple[int, bytes, bytes]:
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, rest = self.buffer.partition(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0)
        while len(rest) < length:
            self._more()
            rest = self.buffer.partition(b"\r\n\r\n")[2]
        self.buffer = rest[length:]
        return int(head.split(b" ", 2)[1]), head, rest[:length]

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError
        self.buffer += data

    def close(self) -> None:
        self.socket.close()


def once(port: int, request: bytes) -> tuple[int, bytes, bytes]:
    """(status, head, body), by a connection of its own that is not made again: one that was cut says nothing."""
    with closing(Connection(port)) as connection:
        connection.socket.settimeout(30)
        connection.socket.sendall(request)
        return connection._read()


def led(head: bytes) -> str:
    """Where an answer leads to; nowhere when it is a page."""
    place = re.search(rb"(?im)^location: ([^\r]+)", head)
    return place.group(1).decode() if place else ""


Body = tuple[str, bytes]
"""What is sent: its type, and its bytes."""


def form_with_file(name: str, data: bytes, field: str = "file", **fields: object) -> Body:
    boundary, body = encode_multipart({**fields, field: FileStorage(BytesIO(data), name)})
    return f"multipart/form-data; boundary={boundary}", body


def request_bytes(method: str, path: str, cookie: str = "", form: Iterable[tuple[str, str]] | None = None, sent: Body | None = None) -> bytes:
    """With these fields, or with another body."""
    if form is not None:
        sent = "application/x-www-form-urlencoded", urlencode(list(form)).encode()
    kind, body = sent or ("", b"")
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive"]
    if cookie:
        head.append(f"Cookie: {cookie}")
    if kind:
        head += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def run(port: int, clients: int, seconds: float, prepare: Callable[[int], Callable[[int], bytes]], good: tuple[int, ...] = (200, 204, 303)) -> Load:
    """`prepare(client)` gives a function `n → request`; each client sends for `seconds`, after a short warm-up that is not counted."""
    times: list[list[float]] = [[] for _ in range(clients)]
    failures = [0] * clients
    begin = time.perf_counter() + 0.3
    end = begin + seconds

    def work(client: int) -> None:
        make, connection, number = prepare(client), Connection(port), 0
        while (started := time.perf_counter()) < end:
            status, _head, _body = connection.exchange(make(number))
            number += 1
            if started >= begin:
                times[client].append((time.perf_counter() - started) * 1000)
                failures[client] += status not in good
        connection.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    flat = sorted(moment for mine in times for moment in mine)
    return Load(len(flat) / seconds, statistics.median(flat), flat[min(len(flat) - 1, int(len(flat) * 0.99))], sum(failures), flat[-1])
