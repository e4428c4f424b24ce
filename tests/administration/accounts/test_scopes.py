"""Route × role × scope: whoever looks after some people has no page, no file and no act about the others, over the whole URL map."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.administration.privacy import journal
from app.assessment.models import AttemptRequest
from app.identity import services
from app.identity.models import Membership, Person
from app.identity.rules import Role
from app.platform.db import db
from app.record import enrolment
from app.record.progress.models import Cohort, CohortMember
from tests.administration.named_pages import pages, read
from tests.administration.people_pages import settled
from tests.identity.builders import SMALL, may_open, stored_person
from tests.record.world import World
from tests.strict import StrictClient

NEAR, FAR, NOWHERE = "Noémie Proche", "Firmin Lointain", "Sylvain Sansterre"
READERS = {
    "manager": {Role.MANAGER},
    "trainer": {Role.TRAINER},
    "manager of nothing": {Role.MANAGER},
    "trainer of nobody": {Role.TRAINER},
    "learner": {Role.LEARNER},
}
HAVE_SOMEBODY = frozenset({"manager", "trainer"})
"""Of these readers « Noémie Proche » is in scope: by her cité, or by their cohort."""


@dataclass
class Site:
    world: World
    ids: dict[str, int]
    requests: dict[str, int]
    clients: dict[str, StrictClient]


@pytest.fixture
def site(world: World) -> Site:
    app, now = world.app, world.clock.now()
    app.config["WTF_CSRF_ENABLED"] = False
    world.write(lambda session: services.sync_territories(session, SMALL))
    ids = {name: settled(app, name, place, password=None) for name, place in ((NEAR, "cite-lens"), (FAR, "cite-lille-sud"))}
    ids[NOWHERE] = stored_person(app, name=NOWHERE, password=None)
    for number in ids.values():
        world.do(enrolment.enrol, number)
        world.finish(number, "un-a")
    readers = {
        name: stored_person(app, name=f"Un {name}", email=f"{name.replace(' ', '.')}@croisee.example", roles=list(roles), password=None)
        for name, roles in READERS.items()
    }
    with app.app_context():
        services.set_scope(db.session, db.session.get_one(Person, readers["manager"]), ["departement-pas-de-calais"])
        cohort = Cohort(name="Automne", path_id="acculturation", starts_on=now.date())
        other = Cohort(name="Printemps", path_id="acculturation", starts_on=now.date())
        db.session.add_all([cohort, other])
        db.session.flush()
        members = [(cohort.id, readers["trainer"], True), (cohort.id, ids[NEAR], False), (other.id, ids[FAR], False)]
        db.session.add_all(CohortMember(cohort_id=place, person_id=number, trainer=trains) for place, number, trains in members)
        asked = {name: AttemptRequest(person_id=number, quiz_id="un-a-quiz", message="Encore", asked_at=now) for name, number in ids.items()}
        db.session.add_all(asked.values())
        db.session.commit()
        requests = {name: row.id for name, row in asked.items()}
    return Site(world, ids, requests, {name: world.signed_in(number) for name, number in readers.items()})


def named(site: Site, number: int) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of every route that names somebody, about this person."""
    found = []
    for rule in site.world.app.url_map.iter_rules():
        if rule.arguments & journal.PERSON_ARGUMENTS:
            for method in (rule.methods or set()) & {"GET", "POST"}:
                values = {name: number if name == "person_id" else 1 for name in rule.arguments}
                found.append((rule.endpoint, method, site.world.app.url_map.bind("localhost").build(rule.endpoint, values, method=method)))
    return found


@pytest.mark.parametrize("who", READERS)
def test_no_route_about_somebody_out_of_reach(site: Site, who: str) -> None:
    client, tried = site.clients[who], 0
    for target in (FAR, NOWHERE, "nobody at all"):
        for _endpoint, method, path in named(site, site.ids.get(target, 9999)):
            assert client.open(path, method=method).status_code == 404, f"{who}: {method} {path}"
            tried += 1
    for endpoint, method, path in named(site, site.ids[NEAR]):
        allowed = who in HAVE_SOMEBODY and may_open(site.world.app, READERS[who], endpoint)
        if allowed and method == "GET":
            assert client.open(path, method=method).status_code == 200, f"{who}: {method} {path}"
        if not allowed:
            assert client.open(path, method=method).status_code == 404, f"{who}: {method} {path}"
    assert tried > 60
    with site.world.app.app_context():
        assert [row.ended_on for row in db.session.scalars(select(Membership))] == [None, None], "a refused act did something"


@pytest.mark.proof
@pytest.mark.parametrize("who", READERS)
def test_no_page_and_no_file_names_somebody_out_of_reach(site: Site, who: str) -> None:
    client, shown = site.clients[who], set()
    for rule, path in pages(site.world.app, site.ids[NEAR], site.ids[FAR]):
        text = read(client.get(path))
        for name in (FAR, NOWHERE):
            assert name not in text, f"{who}: {path}"
            assert name.split()[1].lower() not in text.lower(), f"{who}: {path}"
        if NEAR in text:
            shown.add(rule.endpoint)
    lists = {"week.index", "reporting.grid", "reporting.grid_csv", "reporting.grid_xlsx", "reporting.person"}
    expected = {"manager": lists | {"administration.people", "administration.person"}, "trainer": lists}.get(who, set())
    assert shown >= expected
    assert bool(shown) == bool(expected), shown


@pytest.mark.parametrize("who", READERS)
def test_no_request_of_somebody_out_of_reach_is_answered(site: Site, who: str) -> None:
    for name, status in ((FAR, 404), (NOWHERE, 404), (NEAR, 303 if who in HAVE_SOMEBODY else 404)):
        answer = site.clients[who].post(f"/pilotage/demandes/{site.requests[name]}", data={"answer": "oui", "reason": "Bien sûr."})
        assert answer.status_code == status, f"{who}: {name}"


def test_filters_and_places_beyond_the_scope_do_not_exist(site: Site) -> None:
    """A territory or a cohort that is not the reader's to name is no way round."""
    for who in ("manager", "trainer", "manager of nothing"):
        for query in ("territoire=cite-lille-sud", "territoire=region-hauts-de-france", "cohorte=2", "apres=z~1", "q=firmin", "page=999"):
            for page in ("/pilotage/personnes", "/pilotage/personnes.csv", "/pilotage/personnes.xlsx", "/administration/personnes"):
                assert FAR not in read(site.clients[who].get(f"{page}?{query}")), f"{who}: {page}?{query}"


def test_every_endpoint_that_a_manager_or_a_trainer_may_use_on_somebody_is_tried(site: Site) -> None:
    tried = {endpoint for endpoint, _method, _path in named(site, 1)}
    assert {"administration.person", "administration.move", "administration.depart", "reporting.person", "reporting.decide"} <= tried
