"""Notes, favourites and what was received are their person's alone: every route, every role, search, « voir comme », exports; and they go with the account."""

from __future__ import annotations

import json

import pytest

from app.administration.acts import REQUEST
from app.administration.privacy import erasure
from app.administration.privacy.queries import PRIVATE
from app.identity.models import Person
from app.identity.rules import Role
from app.platform.db import db
from tests.administration.named_pages import pages
from tests.administration.seeing import look_as
from tests.learner.notebook.handover.handover import receive
from tests.learner.notebook.handover.packs import pack, with_entry
from tests.learner.notebook.kept.held import GLOSSARY, LESSON, START, address, favour, note, rows, texts
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import READ_BY_AUTHOR_ALONE

MINE, GIVEN = "Le principal ne répond jamais", "Méfiez-vous de la Caf"


@pytest.fixture
def written(world: World) -> StrictClient:
    world.publish(("modules/glossaire.md", GLOSSARY))
    world.person()
    client = world.client()
    note(client, MINE)
    favour(client)
    receive(client, pack(with_entry(texte=GIVEN, ancre="fin")))
    return client


def everything(world: World, client: StrictClient) -> str:
    """All that a reader is answered, at every address, about the person."""
    said = []
    for rule, path in pages(world.app, 1, 1):
        if rule.endpoint not in ("static", "security.logout"):
            said.append(client.get(path).get_data().decode(errors="replace"))
    own = (
        LESSON,
        address(START),
        "/recherche?q=principal",
        "/recherche?q=caf&genre=carnet",
        "/recherche?q=principal+caf&frappe=1",
        "/carnet/noter/mot/glossaire",
    )
    return "\n".join([*said, *(client.get(path).get_data(as_text=True) for path in own)])


@pytest.mark.proof
@pytest.mark.parametrize("role", Role)
def test_nobody_else_reads_a_word(world: World, written: StrictClient, role: Role) -> None:
    shown = everything(world, written)
    assert MINE in shown, "the search must find what is there"
    assert GIVEN in shown
    world.person("Une Autre", role=role)
    other = world.client("Une Autre")
    said = everything(world, other)
    assert MINE not in said
    assert GIVEN not in said
    assert 'aria-pressed="true"' not in other.get(LESSON).get_data(as_text=True)
    for row in rows(world):
        for path in (f"/carnet/{row.id}", f"/carnet/noter/{row.id}", f"/carnet/noter/lecon/{row.id}", f"/pilotage/personnes/1/carnet/{row.id}"):
            other.see(path, 404)


def test_nor_voir_comme(world: World, written: StrictClient) -> None:
    world.person("Ada Min", role=Role.ADMINISTRATOR)
    admin = world.client("Ada Min")
    look_as(admin, 1)
    said = everything(world, admin)
    assert MINE not in said
    assert GIVEN not in said
    assert "data-jot" not in admin.see(LESSON).html
    assert "/carnet/noter" not in admin.see("/glossaire").html
    for path in ("/carnet", "/carnet/passation", "/carnet/passation/recevoir", address(START)):
        assert READ_BY_AUTHOR_ALONE in words_of(admin.see(path, 404))


def test_the_person_takes_a_copy_and_whoever_hands_one_over_reads_nothing(world: World, written: StrictClient) -> None:
    world.person("Ada Min", role=Role.ADMINISTRATOR)
    admin = world.client("Ada Min")

    def held(client: StrictClient, path: str) -> list[dict[str, str]]:
        told = json.loads(client.get(path).get_data(as_text=True))["traitements"]
        return next(one["lignes"] for one in told if one["titre"] == "Notes et favoris")

    for path in ("/compte/mes-donnees.json", "/progression/export.json"):
        assert {row["votre note"] for row in held(written, path)} == {MINE, "", GIVEN}
        assert {row["reçu de"] for row in held(written, path)} == {"", "Paul"}
    assert {words for row in held(admin, "/administration/personnes/1/donnees.json") for words in row.values()} == {PRIVATE}


def test_they_go_with_the_account(world: World, written: StrictClient) -> None:
    world.person("Une Autre")
    other = world.client("Une Autre")
    note(other, "Voir Inès Carpentier")
    with world.app.app_context():
        erasure.erase(db.session, world.app.config["CROISEE"], db.session.get_one(Person, 1), actor_id=2, ground=REQUEST, now=world.clock.now())
        db.session.commit()
    assert rows(world) == []
    assert texts(world, 2) == {"debut": "Voir [texte effacé]"}
