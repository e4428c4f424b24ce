"""A cité's own people propose what its page says; nothing is published that nobody read."""

from __future__ import annotations

import pytest
from flask import Flask

from app.identity import services as accounts
from app.identity.models import Person
from app.identity.rules import Role
from app.network import proposals
from app.network.proposals import CiteProposal, CiteTexts, differences, tidy
from app.platform.db import db
from app.platform.french import day_of
from app.platform.mail.outbox import OutgoingMail
from tests.network.directory.directory import INES, KARIM, made, number, reader_of, settle
from tests.record.conftest import clock
from tests.record.world import Clock, World, words_of
from tests.strict import StrictClient

__all__ = ["clock"]

THERE, QUEUE = "/reseau/lens/proposer", "/reseau/propositions"
TEXTS = {
    "presentation": "Un quartier, six écoles.\r\n\r\n\r\nUn collège.",
    "troika": "sous-préfet\nprincipal",
    "quartiers": "Grande Résidence",
    "contacts": "cite@lens.example",
}


@pytest.fixture
def world(app: Flask, clock: Clock) -> World:
    return staffed(made(app, clock))


@pytest.fixture
def either(any_app: Flask, clock: Clock) -> World:
    return staffed(made(any_app, clock))


def staffed(world: World) -> World:
    for name, role in (
        ("Théo Formateur", Role.TRAINER),
        ("Ada Administratrice", Role.ADMINISTRATOR),
        ("Rémi Responsable", Role.MANAGER),
        ("Zoé Loos", Role.LEARNER),
    ):
        world.person(name, enrolled=False, role=role)
    settle(world, number(world, "Zoé Loos"), "cite-loos", day_of(world.clock.now()))
    world.write(lambda session: accounts.set_scope(session, session.get_one(Person, number(world, "Rémi Responsable")), ["cite-lens"]))
    return world


def proposed(world: World, name: str = INES, **texts: str) -> int:
    assert reader_of(world, name).post(THERE, data=TEXTS | texts).status_code == 303
    return world.read(lambda session: session.query(CiteProposal.id).filter_by(author_id=number(world, name), decided_at=None).scalar())


def decided(client: StrictClient, proposal: int, decision: str, **more: str) -> int:
    fields = client.see(f"{QUEUE}/{proposal}").form("Accepter")["fields"]
    return client.post(f"{QUEUE}/{proposal}", data={**fields, "decision": decision, **more}).status_code


def shown(world: World) -> str:
    return words_of(reader_of(world, "Zoé Loos").see("/reseau/lens"))


@pytest.mark.parametrize(
    ("name", "proposes", "decides"),
    [
        (INES, 200, 404),
        ("Zoé Loos", 404, 404),
        ("Rémi Responsable", 200, 404),
        ("Théo Formateur", 200, 200),
        ("Ada Administratrice", 200, 200),
        ("", 302, 302),
    ],
)
def test_who_may(world: World, name: str, proposes: int, decides: int) -> None:
    proposal = proposed(world)
    client = reader_of(world, name) if name else world.app.test_client()
    assert client.get(THERE).status_code == proposes
    assert {client.get(QUEUE).status_code, client.get(f"{QUEUE}/{proposal}").status_code} == {decides}
    assert client.post(f"{QUEUE}/{proposal}", data={"decision": "accepter"}).status_code in ((404,) if decides == 404 else (302, 303, 422))
    assert ("Proposer un changement" in client.get("/reseau/lens").text) == (proposes == 200)


def test_nothing_shows_before_it_is_accepted_and_all_of_it_after(either: World) -> None:
    proposal = proposed(either)
    assert "six écoles" not in shown(either)
    trainer = reader_of(either, "Théo Formateur")
    assert "1 proposition attend une relecture" in words_of(trainer.see("/reseau"))
    page = words_of(trainer.see(f"{QUEUE}/{proposal}"))
    assert all(words in page for words in ("Maintenant", "Rien.", "Proposé", "six écoles", INES))
    assert decided(trainer, proposal, "accepter") == 303
    assert all(words in shown(either) for words in ("six écoles", "Un collège.", "principal", "Grande Résidence", "cite@lens.example"))
    visitor = either.app.test_client()
    assert isinstance(visitor, StrictClient)
    seen = words_of(visitor.see("/reseau/lens"))
    assert "six écoles" in seen
    assert "cite@lens.example" not in seen
    with either.app.app_context():
        (letter,) = db.session.query(OutgoingMail).all()
        assert (letter.recipient, "acceptée" in letter.subject) == ("inès.carpentier@croisee.example", True)


def test_a_refusal_says_why_and_the_author_reads_it(either: World) -> None:
    proposal, ada = proposed(either), reader_of(either, "Ada Administratrice")
    assert decided(ada, proposal, "refuser") == 422
    assert decided(ada, proposal, "refuser", word="x" * 501) == 422
    assert decided(ada, proposal, "refuser", word="Sans les noms, s’il vous plaît.") == 303
    assert "six écoles" not in shown(either)
    page = reader_of(either, INES).see(THERE)
    assert "Sans les noms" in words_of(page)
    assert decided(ada, proposed(either, presentation="Sans nom."), "accepter") == 303
    assert "Sans nom." in shown(either)


def test_one_waits_for_each_and_is_changed_in_its_place(either: World) -> None:
    first = proposed(either)
    assert proposed(either, presentation="Autrement.") == first
    assert either.count(CiteProposal) == 1
    assert "Autrement." in reader_of(either, INES).see(THERE).html
    assert reader_of(either, KARIM).post(THERE, data=TEXTS).status_code == 303
    assert either.count(CiteProposal) == 2


def test_what_changes_nothing_is_not_proposed_and_what_is_too_long_is_kept(world: World) -> None:
    client = reader_of(world, INES)
    assert client.post(THERE, data=dict.fromkeys(TEXTS, "")).status_code == 422
    long = client.post(THERE, data=TEXTS | {"presentation": "é" * 1_501})
    assert (long.status_code, "é" * 1_501 in long.text) == (422, True)
    assert world.count(CiteProposal) == 0


def test_two_who_decide_at_once_decide_once(either: World) -> None:
    proposal = proposed(either)
    clients = [reader_of(either, name) for name in ("Théo Formateur", "Ada Administratrice")]
    fields = [client.see(f"{QUEUE}/{proposal}").form("Accepter")["fields"] for client in clients]
    sent = [{**one, "decision": decision, "word": "Non."} for one, decision in zip(fields, ("accepter", "refuser"), strict=True)]
    assert either.together(2, lambda place: clients[place].post(f"{QUEUE}/{proposal}", data=sent[place]).status_code) == [303, 303]
    row = either.read(lambda session: session.query(CiteProposal.accepted, CiteProposal.decider_id).one())
    assert row in [(True, number(either, "Théo Formateur")), (False, number(either, "Ada Administratrice"))]
    assert either.count(OutgoingMail) == 1


def test_what_was_not_read_is_not_accepted(either: World) -> None:
    first, second = proposed(either), proposed(either, KARIM, presentation="Par Karim.")
    trainer = reader_of(either, "Théo Formateur")
    read = trainer.see(f"{QUEUE}/{second}").form("Accepter")["fields"]
    assert decided(trainer, first, "accepter") == 303
    assert trainer.post(f"{QUEUE}/{second}", data={**read, "decision": "accepter"}).status_code == 422, "the page says something else now"
    read = trainer.see(f"{QUEUE}/{second}").form("Accepter")["fields"]
    either.clock.pass_by(minutes=1)
    proposed(either, KARIM, presentation="Autre chose.")
    assert trainer.post(f"{QUEUE}/{second}", data={**read, "decision": "accepter"}).status_code == 422, "its author changed it meanwhile"
    assert "six écoles" in shown(either)


def test_a_merge_keeps_one_that_waits(either: World) -> None:
    proposed(either)
    kept = proposed(either, KARIM, presentation="Par Karim.")
    either.write(lambda session: proposals.follow_merge(session, kept=number(either, KARIM), gone=number(either, INES)))
    assert either.read(lambda session: [row.id for row in session.query(CiteProposal)]) == [kept]


@pytest.mark.parametrize(("typed", "kept"), [(None, ""), (" a \r\n\r\n\r\nb ", "a\n\nb"), ("a\rb", "a\nb"), ("\n\n", "")])
def test_texts_are_tidied(typed: str | None, kept: str) -> None:
    assert tidy(typed) == kept
    assert tidy(kept) == kept


def test_what_differs_is_told_text_by_text() -> None:
    found = differences(CiteTexts("a", "b"), CiteTexts("a", "c"))
    assert [(one.label, one.changed) for one in found] == [
        ("Présentation", False),
        ("La troïka, par fonction", True),
        ("Quartiers", False),
        ("Contacts", False),
    ]
