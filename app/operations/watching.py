"""Watching the site: its errors sent to a webhook or Sentry as they happen, and `/metrics`."""

from __future__ import annotations

import atexit
import hmac
import json
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any, cast
from urllib.request import Request

from flask import Blueprint, Flask, Response, abort, request

from app.platform import clock, log, outgoing
from app.platform.hooks import Slot
from app.platform.log import Failure
from app.platform.settings import Settings, current_settings
from app.platform.web.endpoints import PUBLIC, page

# --- Errors ---
# Sent to a webhook or to a Sentry-compatible project, outside the request that met them.
#
# What is told is composed here: kind, route, reference, time, and the lines of code. No cookie, address, header, form, user, or value of any variable;
# not even what the error says, which may repeat what somebody typed. The library only carries it.

MOST_WAITING = 50
"""What comes while so many wait is in the log alone."""
PAUSE = 60.0
"""Seconds: one kind of error on one route is told once in so many, with how many more there were. A database that is away fails every request."""
SECONDS_TO_TELL = 5
TOLD = frozenset({"event_id", "timestamp", "platform", "level", "environment", "transaction", "tags", "exception", "sdk"})
"""Parts of an event for Sentry that leave."""

Told = dict[str, Any]


class Alerts:
    """One thread at a time, while something waits."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.turn = threading.Lock()
        self.waiting: deque[tuple[Failure, Told]] = deque()
        self.thread: threading.Thread | None = None
        self.last: dict[tuple[str, str], tuple[float, int]] = {}
        """(kind, route) → when it was told last, and how often it came since."""
        self.sentry: Any = None

    def hear(self, _app: Flask, failure: Failure) -> None:
        with self.turn:
            repeated = self._count_repeats(failure)
            if repeated is None or len(self.waiting) >= MOST_WAITING:
                return
            self.waiting.append((failure, _alert_body(self.settings, failure, repeated)))
            if self.thread is None:
                thread = threading.Thread(target=self._tell_all, name="alerts", daemon=True)
                with suppress(RuntimeError):  # the machine has none to give: the next one tries again
                    thread.start()
                    self.thread = thread

    def finish(self) -> None:
        """Waits a moment, as the process ends, for the alert being sent."""
        if thread := self.thread:
            thread.join(2 * SECONDS_TO_TELL)

    def _count_repeats(self, failure: Failure) -> int | None:
        """How often it came since it was told; None where that is not to be told yet."""
        what, now = (failure.kind, failure.route), time.monotonic()
        at, omitted = self.last.get(what, (now - PAUSE, 0))
        due = now - at >= PAUSE
        self.last[what] = (now, 0) if due else (at, omitted + 1)
        return omitted if due else None

    def _tell_all(self) -> None:
        while True:
            with self.turn:
                if not self.waiting:
                    self.thread = None
                    return
                failure, told = self.waiting.popleft()
            try:
                self._tell(failure, told)
            except Exception as error:  # whatever fails in telling must not silence what comes next
                log.event("alert_not_sent", error=type(error).__name__)

    def _tell(self, failure: Failure, told: Told) -> None:
        if self.settings.errors_sentry:
            self.sentry = self.sentry or _sentry(self.settings)
            self.sentry.capture_event(_event(failure, told))
            self.sentry.flush(SECONDS_TO_TELL)
        if self.settings.errors_webhook:
            body, headers = json.dumps(told, ensure_ascii=False).encode(), {"Content-Type": "application/json", "User-Agent": "Croisee"}
            request = Request(self.settings.errors_webhook, body, headers)  # noqa: S310 — the setting takes http alone
            with outgoing.opener().open(request, timeout=SECONDS_TO_TELL) as answer:
                if answer.status >= 300:
                    log.event("alert_not_sent", error=answer.status)


def _alert_body(settings: Settings, failure: Failure, repeated: int) -> Told:
    more = f", et {repeated} fois depuis la dernière alerte" if repeated else ""
    reference = f" (réf. {failure.reference})" if failure.reference else ""
    return {
        "text": f"Croisée {settings.site_url} : {failure.kind}, {failure.route}{reference}{more}".replace("  ", " "),
        "site": settings.site_url,
        "type": failure.kind,
        "route": failure.route,
        "reference": failure.reference,
        "at": clock.now().isoformat(timespec="seconds"),
        "repeated": repeated,
    }


def _event(failure: Failure, told: Told) -> Told:
    trace = [{"filename": file, "lineno": line, "function": function, "in_app": file.startswith("app/")} for file, line, function in failure.frames]
    return {
        "platform": "python",
        "level": "error",
        "timestamp": told["at"],
        "transaction": failure.route,
        "tags": {"reference": failure.reference, "repeated": str(told["repeated"])},
        "exception": {"values": [{"type": failure.kind, "value": failure.route, "stacktrace": {"frames": trace}}]},
    }


def _sentry(settings: Settings) -> Any:
    """The library, without all that it would gather by itself."""
    from sentry_sdk import Client  # asked for only where it is used: it takes a while to come

    return Client(
        dsn=settings.errors_sentry,
        environment=settings.environment,
        before_send=lambda event, _hint: cast("Any", {name: value for name, value in event.items() if name in TOLD}),
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        _experiments=cast("Any", {"transport_compression_algo": "gzip"}),  # not every compatible server reads Brotli
    )


ALERTS = Slot[Alerts | None](lambda: None)
"""Signals keep weak references to receivers: the application keeps these."""


def init_alerts(app: Flask) -> None:
    settings = app.config["CROISEE"]
    if settings.errors_webhook or settings.errors_sentry:
        alerts = Alerts(settings)
        ALERTS.give(app, alerts)
        log.failed.connect(alerts.hear, app)
        atexit.register(alerts.finish)


# --- `/metrics`, in OpenMetrics ---
# For whoever has the token, and nowhere without one.

blueprint = Blueprint("watching", __name__)


@blueprint.get("/metrics")
@page(who=PUBLIC)
def metrics() -> Response:
    settings = current_settings()
    said = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not settings.metrics_token or not hmac.compare_digest(said, f"Bearer {settings.metrics_token}".encode()):
        abort(404)
    from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest  # it takes a while to come

    from app.operations.measures import Measures

    told = generate_latest(Measures(settings))  # type: ignore[no-untyped-call]
    return Response(told, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


# --- Registration ---


def init_app(app: Flask) -> None:
    init_alerts(app)
    app.register_blueprint(blueprint)
