"""The directory: who agreed appears to whoever has an account, and nowhere from the moment that they take it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.administration.acts import REQUEST
from app.administration.privacy import erasure
from app.identity import services as accounts
from app.identity import tries
from app.identity.models import Person
from app.identity.rules import Role
from app.network import directory
from app.network.directory import ContactChoice, DirectoryEntry, holds
from app.platform.db import db
from app.platform.french import day_of
from app.platform.mail.outbox import OutgoingMail
from tests.network.directory.directory import INES, KARIM, made, number, reader_of, settle, world
from tests.record.conftest import clock
from tests.record.world import Clock, World, words_of
from tests.strict import StrictClient

__all__ = ["clock", "world"]

CARD = {"function": "Cheffe de projet", "help_with": "Le conseil d’enfants", "contact": "site", "agree": "y"}
MINE, WITHDRAWN = "/compte/annuaire", "/compte/annuaire/retrait"


@pytest.fixture
def either(any_app: Flask, clock: Clock) -> World:
    return made(any_app, clock)


def agreed(world: World, name: str = INES, **card: str) -> StrictClient:
    client = reader_of(world, name)
    assert client.post(MINE, data=CARD | card).status_code == 303
    return client


def shown(world: World, reader: StrictClient) -> dict[str, bool]:
    """Where the name, or that there is somebody, can be read."""
    return {
        "cité": INES in reader.see("/reseau/lens").html,
        "personnes": INES in reader.see("/reseau/personnes").html,
        "réseau": "1 personne dans l’annuaire" in words_of(reader.see("/reseau")),
        "nom": INES in reader.see("/recherche?q=carpentier").html,
        "fonction": INES in reader.see("/recherche?q=cheffe").html,
        "aide": INES in reader.see("/recherche?q=conseil+enfant").html,
    }


def test_nobody_appears_who_did_not_agree(either: World) -> None:
    reader = reader_of(either, KARIM)
    assert not any(shown(either, reader).values())
    refused = reader_of(either, INES).post(MINE, data={**CARD, "agree": ""})
    assert refused.status_code == 422
    assert "Cheffe de projet" in refused.text
    assert not any(shown(either, reader).values())
    assert either.count(DirectoryEntry) == 0


def test_taking_it_back_hides_everywhere_at_once(either: World) -> None:
    reader, client = reader_of(either, KARIM), agreed(either)
    assert all(shown(either, reader).values())
    assert "Cheffe de projet" in client.get("/compte/mes-donnees.json").text
    assert client.post(WITHDRAWN).status_code == 303
    assert not any(shown(either, reader).values())
    assert either.count(DirectoryEntry) == 0
    assert "Cheffe de projet" not in client.get("/compte/mes-donnees.json").text
    assert reader.get(f"/reseau/lens/personnes/{number(either)}").status_code == 404
    assert client.post(WITHDRAWN).status_code == 303, "the hundredth time is harmless"


@pytest.mark.parametrize("why", ["closed", "left", "erased", "merged"])
def test_so_does_all_that_ends_an_account_or_a_belonging(either: World, why: str) -> None:
    reader, gone = reader_of(either), number(either)
    agreed(either)
    with either.app.app_context():
        person = db.session.get_one(Person, gone)
        if why == "closed":
            accounts.set_active(db.session, person, False)
        elif why == "left":
            accounts.leave_territory(db.session, person, "cite-lens", day_of(either.clock.now()))
        elif why == "erased":
            erasure.erase(db.session, either.app.config["CROISEE"], person, actor_id=None, ground=REQUEST, now=either.clock.now())
        else:
            directory.follow_merge(db.session, kept=number(either, KARIM), gone=gone)
        db.session.commit()
    assert not any(shown(either, reader).values())


def test_a_card_that_is_saved_while_it_is_withdrawn_is_a_new_one(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client, person, lock = agreed(either), number(either), directory.lock_person

    def withdrawn_first(session: Session, person_id: int) -> None:
        monkeypatch.setattr(directory, "lock_person", lock)
        either.write(lambda other: directory.disappear(other, person))
        lock(session, person_id)

    monkeypatch.setattr(directory, "lock_person", withdrawn_first)
    assert client.post(MINE, data=CARD | {"function": "Directrice"}).status_code == 303
    assert either.read(lambda session: session.query(DirectoryEntry.function).scalar()) == "Directrice"


def test_visitors_see_no_name_and_no_count(world: World) -> None:
    agreed(world, contact="adresse")
    visitor = world.app.test_client()
    assert isinstance(visitor, StrictClient)
    for path in ("/reseau", "/reseau/lens", "/recherche?q=carpentier"):
        assert not [word for word in ("Carpentier", "Cheffe", "dans l’annuaire", "@croisee") if word in visitor.see(path).html], path
    assert visitor.get(f"/reseau/lens/personnes/{number(world)}").status_code == 302


@pytest.mark.parametrize("contact", list(ContactChoice))
def test_how_one_is_written_to_is_ones_own_choice(world: World, contact: ContactChoice) -> None:
    agreed(world, contact=contact.value)
    reader, there = reader_of(world, KARIM), f"/reseau/lens/personnes/{number(world)}"
    page = reader.see("/reseau/lens")
    assert ("carpentier@" in page.html) == (contact is ContactChoice.ADDRESS)
    assert (there in page.html) == (contact is ContactChoice.SITE)
    assert reader.get(there).status_code == (200 if contact is ContactChoice.SITE else 404)
    assert not reader_of(world).see("/recherche?q=ines.carpentier%40").all("h3"), "nobody is found by an address"


def test_a_message_leaves_with_the_address_to_answer_and_without_the_other(world: World) -> None:
    agreed(world)
    reader, there = reader_of(world, KARIM), f"/reseau/lens/personnes/{number(world)}"
    page = reader.see(there)
    assert "@" not in words_of(page).partition("Votre message")[0]
    assert reader.post(there, data={"message": "  "}).status_code == 422
    assert reader.post(there, data={"message": "Bonjour, où trouver la charte ?"}).status_code == 303
    with world.app.app_context():
        (letter,) = db.session.query(OutgoingMail).all()
        assert (letter.recipient, letter.reply_to) == ("inès.carpentier@croisee.example", "karim.haddouche@croisee.example")
        assert "où trouver la charte" in letter.text


def test_so_many_messages_an_hour_and_no_more(world: World) -> None:
    agreed(world)
    reader, there = reader_of(world), f"/reseau/lens/personnes/{number(world)}"
    tries.LIMITS.give(world.app, tries.RateLimits(replace(world.app.config["CROISEE"], login_limit="2 per minute")))
    assert [reader.post(there, data={"message": "Bonjour"}).status_code for _ in range(3)] == [303, 303, 429]
    assert "Bonjour" in reader.post(there, data={"message": "Bonjour"}).text, "what was typed is not lost"


def test_elsewhere_nobody_of_the_cite_is_written_to(world: World) -> None:
    agreed(world)
    reader, person = reader_of(world), number(world)
    for there in (f"/reseau/loos/personnes/{person}", f"/reseau/inconnue/personnes/{person}", "/reseau/lens/personnes/99"):
        assert reader.get(there).status_code == 404


def test_whoever_appears_reads_who_saw_them(world: World) -> None:
    client = agreed(world)
    reader_of(world, KARIM).see("/reseau/lens")
    seen = words_of(client.see("/compte/consultations"))
    assert KARIM in seen
    assert "dans l’annuaire du réseau" in seen


def test_a_card_shows_from_the_day_one_belongs_there(world: World) -> None:
    newcomer = world.person("Zoé Nouvelle", enrolled=False)
    day = day_of(world.clock.now()) + timedelta(days=3)
    settle(world, newcomer, "cite-loos", day)
    client = agreed(world, "Zoé Nouvelle")
    assert "rattaché à aucune cité" in words_of(client.see(MINE))
    assert "Zoé" not in reader_of(world, KARIM).see("/reseau/loos").html
    world.clock.pass_by(days=3)
    assert "Zoé" in reader_of(world, KARIM).see("/reseau/loos").html


def test_every_role_may_appear(world: World) -> None:
    for role in Role:
        number = world.person(f"Une {role.value}", role=role)
        client = reader_of(world, f"Une {role.value}")
        assert client.post(MINE, data=CARD).status_code == 303, role
        assert world.count(DirectoryEntry, person_id=number) == 1


@pytest.mark.parametrize(
    ("typed", "found"),
    [("ines", True), ("CARPENTIER ines", True), ("carp", True), ("conseil d'enfants", True), ("pentier", False), ("", False), ("inès lambert", False)],
)
def test_words_find_a_card_from_their_beginning(typed: str, found: bool) -> None:
    assert holds(typed, INES, "Cheffe de projet", "Le conseil d’enfants") is found
