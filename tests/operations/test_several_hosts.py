"""Two hosts on one database: what is done on one holds on the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace

from app.platform.db import db
from app.platform.db.engines import PATIENCE_WITH_A_SERVER, engine_config
from tests.identity.builders import carry_session
from tests.making import make_app
from tests.record import courses
from tests.record.conftest import clock
from tests.record.world import Clock, World
from tests.words import CLOSE_OTHER_SESSIONS

__all__ = ["clock"]


@pytest.fixture
def other(any_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """Another machine: its own folder, its own memory, the same database and the same key."""
    app = make_app(replace(any_app.config["CROISEE"], instance_path=tmp_path / "other"))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_what_is_published_on_one_is_read_on_the_other_at_once(any_app: Flask, other: Flask, clock: Clock) -> None:
    here, there = World(any_app, clock), World(other, clock)
    here.publish_together(*courses.small())
    reader = there.signed_in(here.person())
    assert "Autrement dit" not in reader.see("/lecons/un-a").text
    here.publish(courses.lesson("un-a", body="Autrement dit, et deux fois."))
    assert "Autrement dit" in reader.see("/lecons/un-a").text
    here.withdraw("un-b")
    assert reader.get("/lecons/un-b").status_code == 404


def test_who_signs_out_everywhere_on_one_is_signed_out_of_the_other(any_app: Flask, other: Flask, clock: Clock) -> None:
    here = World(any_app, clock)
    here.publish_together(*courses.small())
    person = here.person()
    reader, client = other.test_client(), here.signed_in(person)
    carry_session(reader, person)
    assert reader.get("/compte").status_code == 200
    client.see("/compte")
    client.submit(CLOSE_OTHER_SESSIONS)
    assert reader.get("/compte").status_code == 302


@pytest.mark.parametrize(
    ("address", "pooler", "told"),
    [
        ("postgresql+psycopg://h/b", True, {**PATIENCE_WITH_A_SERVER, "prepare_threshold": None}),
        ("postgresql+psycopg://h/b", False, PATIENCE_WITH_A_SERVER),
        ("postgresql+psycopg://h/b?connect_timeout=30", False, {name: value for name, value in PATIENCE_WITH_A_SERVER.items() if name != "connect_timeout"}),
        ("sqlite:///x", True, None),
    ],
)
def test_a_server_is_not_waited_for_and_behind_a_pooler_nothing_is_prepared(address: str, pooler: bool, told: dict[str, object] | None) -> None:
    assert engine_config(address, pooler) == {"url": address, **({"connect_args": told} if told else {})}
