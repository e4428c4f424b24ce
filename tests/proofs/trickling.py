"""Clients that send a request a little at a time, and what they do to the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

SITE = "croisee.exemple.fr"
HEAD = f"GET /connexion HTTP/1.1\r\nHost: {SITE}\r\n".encode()
BODY = f"POST /connexion HTTP/1.1\r\nHost: {SITE}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 2000\r\n\r\n".encode()
LARGE = BODY.replace(b"2000", b"9000000")
SLOW = {"idle": (b"", b""), "head": (HEAD, b"X-A: b\r\n"), "body": (BODY, b"a"), "large body": (LARGE, b"a")}


@contextmanager
def trickling(sockets: list[Any], first: bytes, more: bytes) -> Iterator[None]:
    """Each sends the beginning of a request, then a little, now and then."""
    over = threading.Event()

    def send() -> None:
        words = first
        while True:
            for each in sockets:
                with suppress(OSError):
                    each.sendall(words)
            words = more
            if over.wait(0.2):
                return

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for each in sockets:
            each.close()


def slowest(page: Callable[[], float]) -> float:
    """Of the pages that are asked for, one after the other, during three seconds."""
    end, took = time.monotonic() + 3, [page() for _ in range(3)]
    while time.monotonic() < end:
        took.append(page())
    return max(took)
