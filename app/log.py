"""One line a request, one line a domain event. Never an answer, a name or an address: people are opaque ids."""

from __future__ import annotations

import logging
import secrets
import sys
import time

from flask import Flask, Response, g, request

logger = logging.getLogger("croisee")


def event(name: str, **ids: object) -> None:
    """Log a domain event. `ids` are opaque: numbers, document ids, never text that a person typed."""
    logger.info("event=%s %s", name, " ".join(f"{key}={value}" for key, value in ids.items()))


def init_app(app: Flask) -> None:
    """Give each request a reference, and log one line when it ends."""
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logging.getLogger("alembic").setLevel(logging.WARNING)

    @app.before_request
    def start() -> None:
        g.reference = secrets.token_hex(4)
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        if request.endpoint != "static" and "reference" in g:
            elapsed = (time.perf_counter() - g.started) * 1000
            logger.info("ref=%s %s %s %d %.1fms", g.reference, request.method, request.url_rule or "-", response.status_code, elapsed)
        return response
