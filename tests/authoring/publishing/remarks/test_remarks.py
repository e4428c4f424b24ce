"""Remarks on a passage, by a colleague and by a guest with a link: answered, closed, found again in a changed text; what a link opens, and what it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.authoring.models import GuestLink, Remark
from app.authoring.publishing import remarks
from app.identity.rules import Role
from tests.authoring.trainers import draft
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import MAKE_LINK, PUBLISH_NOW, SEND_REMARK

EDITOR = "/atelier/documents/un-a"
REMARKS = f"{EDITOR}/remarques"


@pytest.fixture
def theo(world: World) -> int:
    person = world.person("Théo Formateur", role=Role.TRAINER, enrolled=False)
    draft(world, person, "un-a", lambda text: text.replace("Des faits.", "Des faits à relire."))
    return person


@pytest.fixture
def author(world: World, theo: int) -> StrictClient:
    client = world.signed_in(theo)
    client.see(REMARKS)
    return client


@pytest.fixture
def link(author: StrictClient) -> str:
    author.submit(MAKE_LINK)
    return next(str(each.get("value")) for each in author.page.all("input") if "/relecture/" in str(each.get("value"))).partition("//")[2].partition("/")[2]


def visitor(world: World) -> StrictClient:
    return StrictClient(world.app)


def test_a_guest_says_who_they_are_once_and_is_answered(world: World, author: StrictClient, link: str) -> None:
    guest = visitor(world)
    page = guest.see(f"/{link}")
    assert "[ajouté : à relire]" in " ".join(page.text_of(each) for each in page.all("ins"))
    guest.submit(SEND_REMARK, status=422, quote="Des faits à relire", text="Lesquels ?")
    assert "Dites votre nom" in guest.page.text
    assert "Lesquels ?" in guest.page.text
    guest.submit(SEND_REMARK, name="Jeanne Lefèvre", quote="Des faits à relire", text="Lesquels ?")
    assert not any(each.get("name") == "name" for each in guest.page.all("input"))
    seen = author.see(REMARKS)
    assert "Remarque 1, Jeanne Lefèvre" in words_of(seen)
    assert [each.get("id") for each in seen.all("a") if each.get("class") == "remark-call"] == ["passage-1"]
    assert "1 remarque attend votre réponse" in words_of(author.see(f"{EDITOR}/relecture"))
    home = author.see("/atelier?voir=a-repondre")
    assert "À répondre (1)" in words_of(home)
    assert home.link("Leçon un-a") == f"{REMARKS}#remarques"
    author.see(REMARKS)
    author.submit("Répondre", text="Ceux de 2014.")
    emptied = words_of(author.see("/atelier?voir=a-repondre"))
    assert all(each in emptied for each in ("À répondre (0)", "Plus aucun texte ici. Tout le plan")), "a filter that one just emptied says so"
    assert "Ceux de 2014." in guest.see(f"/{link}").text
    author.see(REMARKS)
    author.submit("Clore")
    assert "1 remarque close" in words_of(author.page)
    author.submit("Rouvrir")
    assert "Aucune remarque ouverte" not in author.page.text


def test_a_link_opens_its_texts_and_nothing_else(world: World, author: StrictClient, link: str) -> None:
    guest = visitor(world)
    answer = guest.get(f"/{link}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"
    for other in (f"/{link}?texte=un-b", f"/{link}x", "/relecture/rien", f"/{link}/images/{'a' * 64}.png"):
        guest.see(other, status=404)
    world.clock.pass_by(days=15)
    guest.see(f"/{link}", status=404)


def test_what_is_typed_when_the_link_is_revoked_is_given_back(world: World, author: StrictClient, link: str) -> None:
    guest = visitor(world)
    guest.see(f"/{link}")
    author.submit("Retirer ce lien")
    guest.submit(SEND_REMARK, status=404, name="Jeanne", text="Une longue remarque.")
    assert "Une longue remarque." in guest.page.text
    assert world.count(Remark) == 0
    guest.see(f"/{link}", status=404)


def test_several_texts_by_one_link(world: World, theo: int, author: StrictClient) -> None:
    draft(world, theo, "un-b", lambda text: text + "\nUne phrase.\n")
    author.see(REMARKS)
    fields = author.page.form(MAKE_LINK)
    assert author.post(fields["action"], data={**fields["fields"], "with": ["un-b", "deux-a"]}).status_code == 303
    (row,) = world.read(lambda session: list(session.scalars(select(GuestLink))))
    assert row.documents == ["un-a", "un-b"]
    assert row.expires_at - row.made_at == timedelta(days=14)


def test_a_guest_has_a_limit_and_takes_no_place_of_the_trainers(world: World, author: StrictClient, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks, "HOURLY", 3)
    monkeypatch.setattr(remarks, "GUESTS_MOST", 5)
    monkeypatch.setattr(remarks, "MOST", 2)
    guest = visitor(world)

    def says(number: int, status: int) -> None:
        guest.see(f"/{link}")
        guest.submit(SEND_REMARK, status=status, name="Jeanne", text=f"Remarque numéro {number}.")

    for number in range(3):
        says(number, 303)
    says(3, 429)
    assert "Remarque numéro 3." in guest.page.html, "what was typed comes back"
    says(2, 303)  # the same words again are no other remark
    world.clock.pass_by(minutes=61)
    says(3, 303)
    says(4, 303)
    world.clock.pass_by(minutes=61)
    says(5, 409)
    for number in range(2):
        author.see(REMARKS)
        author.submit(SEND_REMARK, text=f"De l’auteur {number}.")
    author.submit(SEND_REMARK, status=409, text="Une de plus.")
    assert world.count(Remark) == 7


def test_a_form_that_is_sent_twice_makes_one_link(world: World, author: StrictClient) -> None:
    form = author.page.form(MAKE_LINK)
    assert [author.post(form["action"], data=form["fields"]).status_code for _ in range(3)] == [303, 303, 303]
    assert world.count(GuestLink) == 1
    author.see(REMARKS)
    author.submit(MAKE_LINK)
    assert world.count(GuestLink) == 2


def test_a_colleague_who_was_asked_remarks_too_and_two_write_at_once(world: World, author: StrictClient, link: str) -> None:
    anne = world.person("Anne Autre", role=Role.TRAINER, enrolled=False)
    author.see(f"{EDITOR}/relecture")
    author.submit("Demander", reader=str(anne))
    reader, guest = world.signed_in(anne), visitor(world)
    home = reader.see("/atelier?voir=a-relire")
    assert "À relire (1)" in words_of(home)
    assert home.link("Leçon un-a") == "/atelier/lectures/1"
    reader.see("/atelier/lectures/1")
    guest.see(f"/{link}")
    reader.submit(SEND_REMARK, text="Une date ?", heading="")
    guest.submit(SEND_REMARK, name="Jeanne", text="Un lieu ?")
    reader.see("/atelier/lectures/1")
    assert all(each in words_of(reader.page) for each in ("Une date ?", "Un lieu ?"))
    reader.submit("Clore")
    assert "1 remarque close" in words_of(reader.page)


def test_the_same_words_sent_twice_are_said_once(world: World, author: StrictClient) -> None:
    form = author.page.form(SEND_REMARK)
    for _ in range(2):
        assert author.post(form["action"], data={**form["fields"], "text": "À revoir."}).status_code == 303
    assert world.count(Remark) == 1
    for wrong, status in (
        ({"text": " "}, 422),
        ({"text": "x" * 4001}, 422),
        ({"text": "x", "answers": "99"}, 404),
        ({"do": "close", "remark": "99"}, 404),
        ({"do": "x"}, 404),
    ):
        assert author.post(form["action"], data={**form["fields"], **wrong}).status_code == status


def test_a_passage_that_changed_says_so(world: World, theo: int, author: StrictClient) -> None:
    author.submit(SEND_REMARK, quote="Des faits à relire", text="Lesquels ?")
    draft(world, theo, "un-a", lambda text: text.replace("Des faits à relire.", "Des faits bien à relire."))
    assert "Ce passage a changé depuis" in words_of(author.see(REMARKS))
    draft(world, theo, "un-a", lambda text: text.replace("Des faits bien à relire.", "Autre chose."))
    assert "Ce passage n’est plus dans le texte" in words_of(author.see(REMARKS))


def test_remarks_and_links_go_with_the_draft(world: World, author: StrictClient, link: str) -> None:
    author.submit(SEND_REMARK, text="À revoir.")
    author.see(f"{EDITOR}/relecture")
    author.submit(PUBLISH_NOW)
    assert (world.count(Remark), world.count(GuestLink)) == (0, 0)
    visitor(world).see(f"/{link}", status=404)
