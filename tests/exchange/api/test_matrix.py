"""A token of one territory reads nothing of another: every route of the API × every sort of token, against a model that knows nothing of scopes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.exchange.api.queries import ApiToken, digest
from app.identity import services as accounts
from app.identity.models import Person
from app.identity.rules import Role
from app.record.progress.models import Enrolment
from tests.exchange.api.programs import LISTS, PLACES, Region
from tests.identity.builders import statements

BELOW = {
    "region-hauts-de-france": {"cite-lille-sud", "cite-lille-nord-est", "cite-lens", "departement-nord", "departement-pas-de-calais"},
    "departement-nord": {"departement-nord", "cite-lille-sud", "cite-lille-nord-est"},
    "departement-pas-de-calais": {"departement-pas-de-calais", "cite-lens"},
    "cite-lille-sud": {"cite-lille-sud"},
    "cite-valenciennes-anzin": set(),
}
"""Territory of a token → whose people it may read: written by hand."""
MEETINGS = {
    "region-hauts-de-france": {"tous", "nord", "lens"},
    "departement-nord": {"tous", "nord", "lens"},
    "departement-pas-de-calais": {"tous", "lens"},
    "cite-lille-sud": {"tous", "nord", "lens"},
    "cite-valenciennes-anzin": {"tous", "nord"},
}
"""Somebody of Lille has a place at the meeting of Lens."""


def owners(region: Region) -> dict[str, dict[Any, int]]:
    """List → each key there is → whose it is."""
    enrolments = region.world.read(lambda session: dict(session.execute(select(Enrolment.id, Enrolment.person_id)).all()))
    numbers = list(region.people.values())
    own = {number: number for number in numbers}
    return {"people": own, "progress": own, "enrolments": enrolments, "attestations": {f"a-{number}": number for number in numbers}}


def key_of(name: str, item: dict[str, Any]) -> Any:
    return item["person_id"] if name == "progress" else item["id"]


def test_each_token_reads_its_own_and_nothing_else(both: Region) -> None:
    whose = owners(both)
    for territory, below in BELOW.items():
        token = both.token(territory)
        mine = {both.people[name] for name, places in PLACES.items() if below & set(places)}
        for name, there in whose.items():
            expected = {key for key, person in there.items() if person in mine}
            told = [key_of(name, item) for item in both.walk(name, token)]
            assert (set(told), len(told)) == (expected, len(expected)), (territory, name)
            for key in there:
                answer = both.ask(f"/{name}/{key}", token)
                assert answer.status_code == (200 if key in expected else 404), (territory, name, key)
        met = {item["title"]: item for item in both.walk("meetings", token)}
        assert met.keys() == MEETINGS[territory]
        assert met["tous"]["registered"] == len({both.people[name] for name in ("Ana Sud", "Chloé Lens")} & mine)
        for title, number in both.meetings.items():
            answer = both.ask(f"/meetings/{number}", token)
            assert answer.status_code == (200 if title in MEETINGS[territory] else 404), (territory, title)
            named = {each["person_id"] for each in json.loads(answer.get_data()).get("people", ())}
            assert named <= mine


def test_what_is_not_ones_own_is_told_as_what_does_not_exist(small: Region) -> None:
    token, whose = small.token("cite-lille-sud"), owners(small)
    for name in LISTS:
        foreign = (
            small.meetings["brouillon"] if name == "meetings" else next(key for key, person in whose[name].items() if person == small.people["Chloé Lens"])
        )
        unknown = "a-999999" if name == "attestations" else 999_999
        answers = [small.ask(f"/{name}/{key}", token) for key in (foreign, unknown)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].get_data() == answers[1].get_data()


ROUTES = ("", *(f"/{name}" for name in LISTS), *(f"/{name}/1" for name in LISTS), "/catalogue")


def test_no_token_that_does_not_work_reads_anything(both: Region) -> None:
    other = both.world.person("Bea Chef", enrolled=False, role=Role.ADMINISTRATOR)
    good, expired, revoked, orphan, nowhere = (
        both.token(maker=other if maker else None, days=days) for maker, days in ((0, 30), (0, 1), (0, 30), (1, 30), (0, 30))
    )
    both.world.write(lambda session: _end(session, revoked, nowhere))
    both.world.write(lambda session: accounts.set_roles(session, session.get_one(Person, other), [Role.MANAGER]))
    both.world.clock.pass_by(days=2)
    wrong = {
        "": "token-missing",
        "Basic YTpi": "token-missing",
        "Bearer": "token-missing",
        "Bearer x": "token-unknown",
        f"Bearer {good[:-1]}": "token-unknown",
        f"Bearer {good[:-1]}{'A' if good[-1] != 'A' else 'B'}": "token-unknown",
        f"Bearer {good}é": "token-unknown",
        f"Bearer {expired}": "token-expired",
        f"Bearer {revoked}": "token-revoked",
        f"Bearer {orphan}": "token-suspended",
        f"Bearer {nowhere}": "token-suspended",
    }
    for header, kind in wrong.items():
        for route in ROUTES:
            answer = both.ask(route, **({"Authorization": header.encode().decode("latin-1")} if header else {}))
            assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
            assert json.loads(answer.get_data())["type"].endswith(f"/{kind}"), (header, route)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert both.ask("", **{"Authorization": f"bearer  {good}"}).status_code == 200
    both.world.write(lambda session: accounts.set_roles(session, session.get_one(Person, other), [Role.ADMINISTRATOR]))
    assert both.ask("", orphan).status_code == 200, "suspended, not lost"
    both.world.write(lambda session: accounts.set_active(session, session.get_one(Person, other), False))
    assert both.ask("", orphan).status_code == 401


def _end(session: Session, revoked: str, nowhere: str) -> None:
    rows = {row.digest: row for row in session.scalars(select(ApiToken))}
    rows[digest(revoked)].revoked_at = rows[digest(revoked)].made_at
    rows[digest(nowhere)].territory_id = "cite-retirée"


@pytest.mark.parametrize("route", ROUTES)
def test_a_session_opens_nothing_there(small: Region, route: str) -> None:
    client = small.world.signed_in(small.admin)
    with statements(small.world.app) as sent:
        answer = client.get(f"/api/v1{route}")
    assert [each for each in sent if "site_revision" not in each] == [], "nor is it looked at: only whether the site has an API"
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
