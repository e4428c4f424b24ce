"""Whatever has a few values is told by a code that `openapi.yaml` describes: of the description, of our enumerations, and of all that the demonstration answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.exchange.api.rules import CODES, code, stage_code
from app.identity.models import Person, PersonRole
from app.identity.rules import Role, Side
from app.network.meetings.rules import MeetingStage, Presence, Seat
from app.platform import clock
from app.platform.db import db
from app.record.progress.due import Timeliness
from app.record.progress.rules import ProgressState
from app.reporting.scope_rules import PathSituation
from tests.demonstrations import demonstration_in
from tests.exchange.api.description import SCHEMAS, TOLD, answered, check
from tests.exchange.api.programs import LISTS, Region
from tests.making import make_app, make_settings
from tests.record.world import Clock, World

CODE = re.compile(r"[a-z_]+")
ENUMS = {name: told for name, told in SCHEMAS.items() if "enum" in told}
NAMED = {
    "Employer": Side, "Situation": PathSituation, "Timeliness": Timeliness, "State": ProgressState, "Stage": MeetingStage, "Seat": Seat, "PresenceNoted": Presence,
}  # fmt: skip
"""Of the description → of the code."""


def enums_in(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("enum"), list):
            yield value["enum"]
        for one in value.values():
            yield from enums_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from enums_in(one)


def test_every_value_is_a_code_that_is_explained() -> None:
    assert len(list(enums_in(TOLD))) == len(ENUMS), "each is described once, by itself"
    for name, told in ENUMS.items():
        for value in told["enum"]:
            assert CODE.fullmatch(value), (name, value)
            assert f"`{value}`" in told["description"], (name, value)


@pytest.mark.parametrize("name", NAMED)
def test_each_of_our_enumerations_has_its_codes(name: str) -> None:
    """A value that is added to one of them is described, or not told: a draft, a presence that nobody noted."""
    kind = NAMED[name]
    assert set(kind) - CODES[kind].keys() <= {MeetingStage.DRAFT, Presence.UNKNOWN}
    told = {*CODES[kind].values(), *({"past"} if kind is MeetingStage else ())}
    assert told == set(ENUMS[name]["enum"])
    assert len(set(CODES[kind].values())) == len(CODES[kind])


START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stage", "hours", "expected"),
    [
        (MeetingStage.ANNOUNCED, -1, "announced"),
        (MeetingStage.ANNOUNCED, 1, "announced"),
        (MeetingStage.ANNOUNCED, 2, "past"),
        (MeetingStage.CANCELLED, 9, "cancelled"),
    ],
    ids=("to come", "going on", "ended", "cancelled"),
)
def test_a_meeting_that_has_ended_is_past(stage: MeetingStage, hours: int, expected: str) -> None:
    assert stage_code(stage, START + timedelta(hours=2), START + timedelta(hours=hours)) == expected


def test_time_makes_it_so(small: Region) -> None:
    token = small.token()

    def stages() -> dict[str, str]:
        return {each["title"]: each["stage"] for each in small.read("/meetings", token)["items"]}

    assert stages() == {"tous": "announced", "nord": "announced", "lens": "cancelled"}
    small.world.clock.pass_by(hours=3)
    assert stages() == {"tous": "past", "nord": "past", "lens": "cancelled"}


def test_an_employer_is_told_in_english() -> None:
    assert [code(side) for side in Side] == ["local_authority", "education", "state", "association", "other"]


# --- All that the demonstration answers ------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Flask]:
    app: Flask = make_app(make_settings(demonstration_in(tmp_path_factory, tmp_path / "instance")))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.proof
@pytest.mark.xdist_group("demonstration")
def test_all_that_the_demonstration_answers_is_as_described(site: Flask) -> None:
    """Every line of every list, and one of each by itself."""
    with site.app_context():
        admin = db.session.scalars(select(Person.id).join(PersonRole).where(PersonRole.name == Role.ADMINISTRATOR)).first()
    assert admin
    region = Region(World(site, Clock(clock.now())), admin)
    token = region.token()
    check(region.read("/catalogue", token), answered("/api/v1/catalogue"))
    for name in LISTS:
        path = f"/api/v1/{name}"
        items = region.walk(name, token, limit=500)
        assert items
        check({"items": items, "next": None}, answered(path))
        one = items[0].get("id", items[0].get("person_id"))
        check(region.read(f"/{name}/{one}", token), answered(f"{path}/{'{attestation_id}' if name == 'attestations' else '{number}'}"))
    stages = {each["stage"] for each in region.walk("meetings", token, limit=500)}
    assert "past" in stages
