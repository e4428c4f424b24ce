"""Counting requests and connections as they come, where somebody may ask for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request, request_finished
from sqlalchemy import event

from app.operations.watching import counters
from app.operations.watching.counters import IN_USE, MOST_ENDPOINTS, OPEN
from app.platform.db import db
from app.platform.hooks import Slot

_HEARER = Slot[Callable[[Flask, Response], None] | None](lambda: None)
"""Signals keep weak references to receivers: the application keeps this one."""


def init_app(app: Flask) -> None:
    """Nothing is counted where nobody may ask."""
    if not app.config["CROISEE"].metrics_token:
        return
    rows: dict[str | None, int] = {}

    def note(_app: Flask, response: Response) -> None:
        if not rows:
            rows.update({name: number for number, name in enumerate(endpoints(app))})
        if "started" in g:
            counters.here().request(rows.get(request.endpoint, 0), time.perf_counter() - g.started, response.status_code)

    _HEARER.give(app, note)
    request_finished.connect(note, app)
    with app.app_context():
        for name, cell, amount in (("connect", OPEN, 1), ("close", OPEN, -1), ("checkout", IN_USE, 1), ("checkin", IN_USE, -1)):
            event.listen(db.engine, name, _counting(cell, amount))


def _counting(cell: int, amount: int) -> Any:
    return lambda *_: counters.here().add(cell, amount)


def endpoints(app: Flask) -> tuple[str, ...]:
    """In the same order in every process. The first stands for addresses that no page has."""
    return ("none", *sorted(app.view_functions))[:MOST_ENDPOINTS]
