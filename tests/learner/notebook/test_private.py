"""A notebook is its person's alone: every route, every role, « voir comme », the data that somebody hands over; and what becomes of it with the account."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from app.administration.accounts import merging
from app.administration.acts import REQUEST
from app.administration.privacy import erasure
from app.administration.privacy.queries import PRIVATE
from app.identity.models import Person
from app.identity.rules import Role
from app.learner.notebook.notes import TerritoryNote
from app.platform.db import db
from app.record.progress.models import Submission
from tests.administration.named_pages import pages
from tests.administration.seeing import look_as
from tests.learner.notebook.lessons import LESSON, READ, asking, save, stored
from tests.learner.submissions import send_after_the_end
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import READ_BY_AUTHOR_ALONE

SECRET = "Le principal ne répond jamais"


@pytest.fixture
def written(notebook: World, client: StrictClient) -> StrictClient:
    client.see(LESSON)
    save(client, SECRET, "", "")
    return client


@pytest.mark.parametrize("role", Role)
def test_to_anybody_else_it_does_not_exist(notebook: World, written: StrictClient, role: Role) -> None:
    assert SECRET in words_of(written.see("/carnet/1"))
    notebook.person("Une Autre", role=role)
    client = notebook.client("Une Autre")
    client.see("/carnet/1", 404)
    client.see(LESSON)
    save(client, "Autre chose", "", "")
    assert stored(notebook) == {READ[0]: SECRET}
    for path in ("/carnet", "/carnet.txt", LESSON):
        assert SECRET not in client.get(path).get_data(as_text=True)


def everything(notebook: World, client: StrictClient) -> str:
    """All that a reader is answered, at every address, about the person."""
    said = []
    for rule, path in pages(notebook.app, 1, 1):
        if rule.endpoint not in ("static", "security.logout"):
            said.append(client.get(path.replace("/lecons/x", LESSON)).get_data().decode(errors="replace"))
    return "\n".join([*said, client.get(LESSON).get_data(as_text=True), client.get("/carnet/1").get_data(as_text=True)])


@pytest.mark.proof
@pytest.mark.parametrize("role", [Role.TRAINER, Role.MANAGER, Role.ADMINISTRATOR])
def test_no_page_of_those_who_work_here_shows_it(notebook: World, written: StrictClient, role: Role) -> None:
    notebook.person("Une Autre", role=role)
    assert SECRET in everything(notebook, written), "the search must find what is there"
    assert SECRET not in everything(notebook, notebook.client("Une Autre"))


def test_nor_voir_comme(notebook: World, written: StrictClient) -> None:
    notebook.person("Ada Min", role=Role.ADMINISTRATOR)
    client = notebook.client("Ada Min")
    look_as(client, 1)
    assert SECRET not in everything(notebook, client)
    assert READ[1] in words_of(client.see(LESSON))
    assert "mes-reponses" not in client.page.html
    assert READ_BY_AUTHOR_ALONE in words_of(client.see("/carnet", 404))
    assert PRIVATE in words_of(client.see("/compte/mes-donnees"))


def test_a_form_that_was_kept_is_no_way_in(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    send_after_the_end(notebook, client, "Enregistrer", answer=[SECRET, "", ""])
    assert notebook.count(Submission) == 1
    notebook.person("Ada Min", role=Role.ADMINISTRATOR)
    assert SECRET not in everything(notebook, notebook.client("Ada Min"))


def test_the_person_takes_a_copy_and_whoever_hands_one_over_reads_nothing(notebook: World, written: StrictClient) -> None:
    notebook.person("Ada Min", role=Role.ADMINISTRATOR)
    admin = notebook.client("Ada Min")

    def answers(client: StrictClient, path: str) -> list[str]:
        held = json.loads(client.get(path).get_data(as_text=True))["traitements"]
        return [row["votre réponse"] for one in held if one["titre"] == "Carnet" for row in one["lignes"]]

    assert answers(written, "/compte/mes-donnees.json") == answers(written, "/progression/export.json") == [SECRET]
    assert answers(admin, "/administration/personnes/1/donnees.json") == [PRIVATE]


def test_it_goes_with_the_account(notebook: World, written: StrictClient) -> None:
    notebook.person("Une Autre")
    other = notebook.client("Une Autre")
    other.see(LESSON)
    save(other, "Voir Inès Carpentier", "", "")
    with notebook.app.app_context():
        erasure.erase(db.session, notebook.app.config["CROISEE"], db.session.get_one(Person, 1), actor_id=2, ground=REQUEST, now=notebook.clock.now())
        db.session.commit()
    assert stored(notebook) == {}
    assert stored(notebook, 2) == {READ[0]: "Voir [texte effacé]"}


def test_two_accounts_that_become_one_lose_nothing(either: World) -> None:
    either.publish(asking())
    for name in ("Inès Carpentier", "Ines Carpentier"):
        either.person(name)
    for name, texts in (("Inès Carpentier", ["Un", "Deux", ""]), ("Ines Carpentier", ["Un autre", "Deux", "Trois"])):
        client = either.client(name)
        client.see(LESSON)
        save(client, *texts)
    admin = either.person("Ada Min", role=Role.ADMINISTRATOR)
    with either.app.app_context():
        merging.merge_accounts(db.session, db.session.get_one(Person, 1), db.session.get_one(Person, 2), admin, either.clock.now())
        db.session.commit()
        assert not db.session.scalars(select(TerritoryNote).where(TerritoryNote.person_id == 2)).all()
    assert stored(either) == {READ[0]: "Un\n\nUn autre", READ[1]: "Deux", READ[2]: "Trois"}
    assert "Un autre" in words_of(either.client().see("/carnet"))
