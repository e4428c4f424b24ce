"""A learning record store on this machine, as small as it can be, which can be told to fail in each way that stores and networks do."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.platform.settings.tables import Lrs

KEY, SECRET = "croisee", "le-secret"


@dataclass
class Store:
    """What it holds, by id, in the order of arrival, and how it behaves."""

    port: int = 0
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: list[int] = field(default_factory=list)
    """How many statements each POST had."""
    answer: int = 200
    """To every POST that would be taken; 0: the connection is closed without a word."""
    refused: set[str] = field(default_factory=set)
    """Ids of elements that it does not take."""
    refuses_with: int = 400
    hang: threading.Event | None = None
    """Answers wait for it."""
    headers: dict[str, str] = field(default_factory=dict)

    def lrs(self, **changes: Any) -> Lrs:
        return Lrs(**{"name": "region", "address": f"http://127.0.0.1:{self.port}/xapi", "key": KEY, "secret": SECRET, **changes})

    def take(self, path: str, proof: str, statements: list[dict[str, Any]]) -> tuple[int, str]:
        self.posts.append(len(statements))
        if self.hang:
            self.hang.wait(10)
        if path != "/xapi/statements":
            return 404, "Not Found"
        if proof != "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode():
            return 401, '{"detail": "Invalid authentication credentials"}'
        if self.answer != 200:
            return self.answer, "Le serveur\n  se repose."
        for each in statements:
            if each["object"]["id"].rpartition("/")[2] in self.refused:
                return self.refuses_with, '{"detail": "Statement invalid"}'
            if self.kept.get(each["id"], each) != each:
                return 409, "Conflict"
        self.kept.update((each["id"], each) for each in statements)
        return 200, json.dumps([each["id"] for each in statements])


@contextmanager
def serving() -> Iterator[Store]:
    store = Store()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            store.headers = dict(self.headers)
            status, said = store.take(self.path, self.headers["Authorization"], json.loads(body))
            if not status:
                return
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/xapi/ailleurs/statements")
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing on the screen of a test."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    store.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield store
    finally:
        if store.hang:
            store.hang.set()
        server.shutdown()
        thread.join()
        server.server_close()
