"""By which door each comes in: who learns by the path, with what waits at work; the others where they work."""

from __future__ import annotations

from itertools import combinations

import pytest
from flask import Flask

from app.identity.rules import WORKPLACES, Role, workplace
from tests.identity.builders import PASSWORD, may_open, stored_person
from tests.record.world import World
from tests.words import SIGN_IN

EVERY = [frozenset(some) for size in range(1, 5) for some in combinations(Role, size)]
PLACES = {
    "week.index": ("/pilotage", "Pilotage"),
    "authoring.plan": ("/atelier", "Atelier"),
    "administration.index": ("/administration", "Administration"),
}


@pytest.mark.parametrize("roles", EVERY, ids=lambda roles: "+".join(sorted(roles)))
def test_nobody_lands_where_they_may_not_be(app: Flask, roles: frozenset[Role]) -> None:
    place = workplace(roles)
    assert (place == "") == (Role.LEARNER in roles)
    assert not place or may_open(app, roles, place)


def test_every_combination_of_roles(world: World) -> None:
    for number, roles in enumerate(EVERY):
        stored_person(world.app, name="Une Personne", email=f"p{number}@ville.example", roles=sorted(roles))
        client = world.app.test_client()
        client.see("/connexion")
        answer = client.post("/connexion", data={**client.page.form(SIGN_IN)["fields"], "email": f"p{number}@ville.example", "password": PASSWORD})
        assert answer.status_code == 303
        if Role.LEARNER not in roles:
            assert answer.headers["Location"] == "/"
            door = PLACES[workplace(roles)][0]
            assert client.get("/").headers["Location"] == door, roles
            assert client.see(door).link("Le cours") == "/cours"
            assert "travail" not in client.see("/cours").html
            continue
        page = client.see("/")
        work = " ".join(page.text_of(section) for section in page.all("section") if section.get("aria-labelledby") == "travail")
        told = [PLACES[place][1] for role, place in WORKPLACES.items() if role in roles]
        assert [name for _path, name in PLACES.values() if name in work] == told
        assert client.get("/connexion").headers.get("Location", "/") == "/", "who comes again is led there too"


def test_who_asked_for_a_page_gets_that_page(world: World) -> None:
    stored_person(world.app, name="Rose Ponsable", roles=[Role.ADMINISTRATOR])
    client = world.app.test_client()
    client.see("/connexion?next=/glossaire")
    client.submit(SIGN_IN, email="rose.ponsable@croisee.example", password=PASSWORD, follow=False)
    assert client.get("/connexion").headers["Location"] == "/"
