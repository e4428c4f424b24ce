"""Errors of the server reach a webhook and Sentry by a thread of their own, with nothing of anybody in them."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.operations import doctor
from app.operations.watching import ALERTS, MOST_WAITING, Alerts
from app.platform import log
from app.platform.log import Failure
from tests.making import make_app, make_settings

SECRETS = ("carpentier", "motsecret", "croisee=", "127.0.0.1:", "agent-de-quelqu")


@dataclass
class Receiver:
    """What a server was sent."""

    address: str = ""
    bodies: list[str] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.bodies.append((gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body).decode())
            self.send_response(received.status)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        received.address = f"127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield received
        server.shutdown()


def app_telling(folder: Path, **settings: str) -> Flask:
    return make_app(make_settings(folder / "instance", site_url="https://croisee.example", **settings))


def told(app: Flask) -> None:
    """All that waits has left."""
    while thread := ALERTS.of(app).thread:
        thread.join()


def fail_with(app: Flask, error: Exception) -> int:
    """A page that meets this error, with a name in its local variables, asked for with all that a browser might say."""

    def page() -> str:
        motsecret = "Inès Carpentier"
        raise error from ValueError(motsecret)

    app.view_functions["web.help"] = page
    client = app.test_client()
    client.set_cookie("croisee-navigateur", "motsecret")
    return client.get("/aide?q=motsecret", headers={"User-Agent": "agent-de-quelqu-un"}).status_code


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [(RuntimeError("motsecret"), "RuntimeError", 500), (OperationalError("motsecret", {}, TimeoutError("motsecret")), "TimeoutError", 503)],
)
def test_both_are_told_and_nothing_personal_leaves(tmp_path: Path, receiver: Receiver, error: Exception, kind: str, status: int) -> None:
    app = app_telling(tmp_path, errors_webhook=f"http://{receiver.address}/x", errors_sentry=f"http://clef@{receiver.address}/7")
    assert fail_with(app, error) == status
    told(app)
    sentry, webhook = receiver.bodies
    said = json.loads(webhook)
    assert (said["type"], said["route"], len(said["reference"]), said["repeated"]) == (kind, "GET /aide", 8, 0)
    assert said["text"] == f"Croisée https://croisee.example : {kind}, GET /aide (réf. {said['reference']})"
    event = json.loads(sentry.splitlines()[-1])
    assert event["tags"]["reference"] == said["reference"]
    trace = event["exception"]["values"][0]["stacktrace"]["frames"]
    assert trace[-1]["function"] == "page"
    assert {name for frame in trace for name in frame} <= {"filename", "lineno", "function", "in_app"}
    assert not {"request", "user", "breadcrumbs", "server_name", "contexts", "extra", "modules"} & set(event)
    everything = f"{webhook}{sentry.splitlines()[-1]}".lower()
    assert [secret for secret in SECRETS if secret in everything] == []


def test_the_same_again_is_counted_and_not_told(tmp_path: Path, receiver: Receiver) -> None:
    alerts = Alerts(make_settings(tmp_path, errors_webhook=f"http://{receiver.address}"))
    assert [alerts._count_repeats(Failure("A", "x")) for _ in range(3)] == [0, None, None]
    assert alerts._count_repeats(Failure("A", "y")) == 0
    alerts.last["A", "x"] = (alerts.last["A", "x"][0] - 61, 2)
    assert alerts._count_repeats(Failure("A", "x")) == 2


@pytest.mark.parametrize("status", [302, 500])
def test_who_does_not_answer_holds_nobody_up(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    logged: list[Any] = []
    monkeypatch.setattr(log, "event", lambda name, error: logged.append((name, error)))
    app = app_telling(tmp_path, errors_webhook="http://127.0.0.1:9/")
    assert fail_with(app, RuntimeError()) == 500
    told(app)
    receiver.status = status
    ALERTS.of(app).settings = make_settings(tmp_path / "other", errors_webhook=f"http://{receiver.address}")
    with app.app_context():
        log.tell(Failure("JobFailed", "flask mail send"))
    told(app)
    assert json.loads(receiver.bodies[0])["route"] == "flask mail send"
    assert logged == [("alert_not_sent", "URLError"), ("alert_not_sent", status)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, [(True, "journal en texte ; erreurs dites à personne ; /metrics fermé")]),
        (
            {"errors_webhook": "http://hook.example/secret", "environment": "production", "log_format": "json", "metrics_token": "x" * 32},
            [(True, "journal en json ; erreurs dites à webhook (hook.example) ; /metrics ouvert à qui a le jeton"), (False, "sans chiffrement")],
        ),
        ({"secret_key_fallbacks": "o" * 32}, [(True, "Surveillance"), (True, "1\u00a0ancienne, encore acceptée")]),
        ({"secret_key": "o" * 32, "secret_key_fallbacks": "o" * 32}, [(True, "Surveillance"), (False, "la clé d’aujourd’hui")]),
    ],
)
def test_the_doctor_knows_what_is_set(tmp_path: Path, changes: dict[str, str], said: list[tuple[bool, str]]) -> None:
    found = list(doctor._watching(make_settings(tmp_path, **changes)))
    assert [good for good, _ in found] == [good for good, _ in said]
    for (_, sentence), (_, part) in zip(found, said, strict=True):
        assert part in sentence
        assert "secret" not in sentence


def test_what_waits_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alerts = Alerts(make_settings(tmp_path))
    alerts.thread = threading.current_thread()  # one that sends nothing
    for number in range(2 * MOST_WAITING):
        alerts.hear(Flask("x"), Failure("A", str(number)))
    assert len(alerts.waiting) == MOST_WAITING
