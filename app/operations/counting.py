"""Counts requests and connections in gunicorn's processes (`app.operations.serving`), where somebody may ask for them.

Each process counts in files of its own, under `PROMETHEUS_MULTIPROC_DIR`; whoever is asked adds them up. The library looks for that variable as it is imported:
this module is imported after gunicorn has set it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request, request_finished
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import event

from app.platform.db import db
from app.platform.hooks import Slot

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds, of the histogram of durations; one more bucket holds what took longer."""

OWN = CollectorRegistry()
"""What this process counted."""
REQUESTS = Counter("croisee_requests", "Demandes auxquelles il a été répondu.", ["endpoint", "status"], registry=OWN)
DURATIONS = Histogram("croisee_request_duration_seconds", "Temps passé à répondre.", ["endpoint"], buckets=BOUNDS, registry=OWN)
PROCESSES = Gauge("croisee_processes", "Processus de ce serveur qui répondent.", multiprocess_mode="livesum", registry=OWN)
CONNECTIONS = Gauge("croisee_database_connections", "Connexions de ces processus à la base.", ["state"], multiprocess_mode="livesum", registry=OWN)

_HEARER = Slot[Callable[[Flask, Response], None] | None](lambda: None)
"""Signals keep weak references to receivers: the application keeps this one."""


def begin(app: Flask) -> None:
    """Count what this process does from now on."""

    def note(_app: Flask, response: Response) -> None:
        if "started" in g:
            endpoint = request.endpoint or "none"
            REQUESTS.labels(endpoint, f"{min(max(response.status_code // 100, 2), 5)}xx").inc()
            DURATIONS.labels(endpoint).observe(time.perf_counter() - g.started)

    _HEARER.give(app, note)
    request_finished.connect(note, app)
    PROCESSES.set(1)
    with app.app_context():
        for name, state, amount in (("connect", "open", 1), ("close", "open", -1), ("checkout", "in_use", 1), ("checkin", "in_use", -1)):
            event.listen(db.engine, name, _counting(state, amount))


def _counting(state: str, amount: int) -> Any:
    counted = CONNECTIONS.labels(state)
    return lambda *_: counted.inc(amount)


def gather_counts() -> CollectorRegistry:
    """What all processes of this server counted; this one alone, where no other was begun with it."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return OWN
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
