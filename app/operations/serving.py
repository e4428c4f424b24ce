"""How gunicorn serves Croisée: `gunicorn --config app/operations/serving.py 'app:create_app()'`, which `make serve` and the operators' guide repeat.

gunicorn gives each connection a thread, for as long as its request takes to arrive: clients that send a byte now and then are held by the proxy in front,
which passes a request on when all of it is there (`deploy/nginx.conf`).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from app.platform.processors import processors
from app.platform.settings import load

# --- gunicorn's options ---

_SETTINGS = load()
bind = f"127.0.0.1:{_SETTINGS.port}"
workers = int(os.environ.get("WEB_CONCURRENCY", min(2, processors())))
"""One on one processor, where a second would only weigh. The variable is the one that gunicorn itself reads where no file says otherwise: as many as
processors, on a machine that only serves (`docs/exploitants/grandir.md`)."""
threads = 4
worker_class = "gthread"
worker_connections = 200
"""A worker's connections of all kinds."""
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

# --- What its processes count together ---


def on_starting(_server: Any) -> None:
    """Where each process will count: a folder of this server alone, gone with it."""
    os.environ[COUNTS] = tempfile.mkdtemp(prefix="croisee-counts-")


def post_worker_init(worker: Any) -> None:
    """Nothing is counted where nobody may ask."""
    if _SETTINGS.metrics_token:
        from app.operations import counting  # its library takes a while to come

        counting.begin(worker.wsgi)


def child_exit(_server: Any, worker: Any) -> None:
    """What was counted stays; what was open is closed."""
    if _SETTINGS.metrics_token:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    shutil.rmtree(os.environ.pop(COUNTS), ignore_errors=True)


class GunicornSite(BaseApplication):
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
