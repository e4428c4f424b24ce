"""The application as it is, and in front of it, where `ProxyFix` has done its work, a few answers that no page gives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask

from app import create_app

CHUNK = bytes(range(256)) * 256
CHUNKS = 400
"""Some 26 MB."""
DIGEST = hashlib.sha256(CHUNK * CHUNKS).hexdigest()


def seen(environ: dict[str, Any]) -> Iterator[bytes]:
    """What the application knows of the request."""
    body = environ["wsgi.input"].read()
    known = {name: environ.get(name) for name in ("REMOTE_ADDR", "HTTP_HOST", "wsgi.url_scheme", "SCRIPT_NAME")}
    forwarded = {name: value for name, value in environ.items() if "FORWARDED" in name}
    yield json.dumps({**known, "length": len(body), "digest": hashlib.sha256(body).hexdigest(), "forwarded": forwarded}).encode()


def long(_environ: dict[str, Any]) -> Iterator[bytes]:
    for _ in range(CHUNKS):
        yield CHUNK


def cut(_environ: dict[str, Any]) -> Iterator[bytes]:
    yield from (CHUNK, CHUNK)
    raise RuntimeError("the rest cannot be had")


ANSWERS: dict[str, Callable[[dict[str, Any]], Iterator[bytes]]] = {"preuve=vu": seen, "preuve=long": long, "preuve=coupe": cut}


class Beside:
    """Answers by the question mark: the path stays that of a page, whose limits are what is tried."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        answer = ANSWERS.get(environ["QUERY_STRING"])
        if answer is None:
            return self.inner(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return answer(environ)


def application() -> Flask:
    app = create_app()
    proxied: Any = app.wsgi_app
    proxied.app = Beside(proxied.app)
    return app
