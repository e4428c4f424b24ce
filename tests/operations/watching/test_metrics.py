"""`/metrics`: for whoever has the token, of all processes together, by endpoints and never by addresses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from sqlalchemy import text

from app.operations.watching import counters, counting
from app.operations.watching.counters import IN_USE, MOST_ENDPOINTS, OPEN, PRESENT, STATUSES, Counters
from app.platform.db import db
from tests.making import make_app, make_settings

TOKEN = "jeton-de-mesure-0123456789abcdefghij"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Flask]:
    counters.share(2)
    counters.here().begin(0)
    yield make_app(make_settings(tmp_path / "instance", metrics_token=TOKEN))
    counters._shared.clear()


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


def test_there_is_room_for_every_endpoint(app: Flask) -> None:
    assert len(counting.endpoints(app)) == len(app.view_functions) + 1 < MOST_ENDPOINTS


def test_processes_count_together_and_one_that_dies_takes_nothing_with_it() -> None:
    shared = Counters(3)
    for part in (1, 2):
        if not (child := os.fork()):
            shared.begin(part)
            shared.add(OPEN, 2)
            shared.request(5, 0.02, 503)
            os._exit(0)
        os.waitpid(child, 0)
    assert (shared.total(PRESENT), shared.total(OPEN)) == (2, 4)
    shared.leave(1)
    shared.begin(2)  # whoever follows goes on in the same part
    shared.request(5, 20.0, 200)
    assert (shared.total(PRESENT), shared.total(OPEN), shared.total(IN_USE)) == (1, 0, 0)
    row = shared.row(5)
    assert row[: len(STATUSES)] == [1, 0, 0, 2]
    assert row[len(STATUSES)] == pytest.approx(20.04)
    assert row[len(STATUSES) + 1 :] == [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1]


def test_each_process_has_a_part_of_its_own() -> None:
    counters.share(3)
    assert [counters.first_free(taken) for taken in ([], [0], [1], [0, 1], [0, 1, 2])] == [0, 1, 0, 2, 2]
    counters._shared.clear()
