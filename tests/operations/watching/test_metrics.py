"""`/metrics`: for whoever has the token, of all processes together, by endpoints and never by addresses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from sqlalchemy import text

from app.operations import counting
from app.platform.db import db
from tests.making import make_app, make_settings

TOKEN = "jeton-de-mesure-0123456789abcdefghij"


@pytest.fixture
def watched(tmp_path: Path) -> Flask:
    """Counted in this process, as in a worker of gunicorn."""
    for one in (counting.REQUESTS, counting.DURATIONS, counting.CONNECTIONS):
        one.clear()
    app = make_app(make_settings(tmp_path / "instance", metrics_token=TOKEN))
    with app.app_context():
        db.engine.dispose()  # as before a worker begins
    counting.begin(app)
    return app


def asked(app: Flask, token: str = TOKEN) -> dict[tuple[str, ...], float]:
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.mimetype == "application/openmetrics-text"
    families = list(text_string_to_metric_families(answer.get_data(as_text=True)))  # which refuses what is not well formed
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é", "Bearer "])
def test_without_the_token_there_is_no_such_page(watched: Flask, app: Flask, authorization: str) -> None:
    for each in (watched, app):
        assert each.test_client().get("/metrics", headers={"Authorization": authorization}).status_code == 404


def test_what_was_asked_is_counted_by_endpoint(watched: Flask) -> None:
    client = watched.test_client()
    for address in ("/aide", "/aide?q=secret", "/nulle-part/secret", "/lecons/secret"):
        client.get(address)
    asked(watched)  # which itself opens a connection, where nobody had
    told = asked(watched)
    assert told["croisee_requests_total", "web.help", "2xx"] == 2
    assert told["croisee_requests_total", "none", "4xx"] == 1
    assert told["croisee_request_duration_seconds_count", "web.help"] == 2 == told["croisee_request_duration_seconds_bucket", "web.help", "+Inf"]
    assert told["croisee_mail_letters", "waiting"] == 0
    assert told["croisee_timer_state", "off", "mail"] == 1
    assert told["croisee_database_up",] == 1 == told["croisee_processes",]
    assert (told["croisee_database_connections", "open"], told["croisee_database_connections", "in_use"]) == (1, 0)
    assert not [key for key in told if "secret" in "".join(key)]


def test_a_database_that_does_not_answer_is_told(watched: Flask) -> None:
    with watched.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE outgoing_mail RENAME TO away"))
    told = asked(watched)
    assert told["croisee_database_up",] == 0
    assert told["croisee_processes",] == 1


TOGETHER = """
import os
from prometheus_client.multiprocess import mark_process_dead
from app.operations import counting

def count():
    counting.PROCESSES.set(1)
    counting.CONNECTIONS.labels("open").inc(2)
    counting.REQUESTS.labels("web.help", "5xx").inc()
    counting.DURATIONS.labels("web.help").observe(20.0)

children = []
for _ in range(3):
    if not (child := os.fork()):
        count()
        os._exit(0)
    os.waitpid(child, 0)
    children.append(child)
mark_process_dead(children[0])
told = {(sample.name, *sample.labels.values()): sample.value for metric in counting.gather_counts().collect() for sample in metric.samples}
print([told[key] for key in (
    ("croisee_processes",), ("croisee_database_connections", "open"), ("croisee_requests_total", "web.help", "5xx"),
    ("croisee_request_duration_seconds_sum", "web.help"), ("croisee_request_duration_seconds_bucket", "web.help", "10.0"),
    ("croisee_request_duration_seconds_bucket", "web.help", "+Inf"),
)])
"""


def test_processes_count_together_and_one_that_dies_takes_nothing_with_it(tmp_path: Path) -> None:
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", TOGETHER], env=environ, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [2, 4, 3, 60, 0, 3], "the dead one is no process, its connections are closed, its counts stay"
