"""Nobody becomes responsable without a territory, by whatever door; whoever is one without is named and told, and reads no false figure."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.administration.accounts import merging
from app.identity import services
from app.identity.models import Person
from app.identity.rules import Role
from app.identity.services import managers_without_scope, scope_of
from app.platform.db import db
from app.record.progress.models import Cohort, CohortMember
from tests.administration.imports.imports import upload
from tests.administration.people_pages import acts, administrator, person, person_id, settled
from tests.identity.builders import NOW, SMALL, TODAY, stored_person
from tests.record.world import World
from tests.words import NONE_ENTRUSTED_YET, NOTHING_TO_IMPORT, OPEN_ACCOUNT

REFUSED = "Qui est responsable suit au moins un territoire"
FILE = "Nom;Courriel;Rôles;Territoire\r\nRose;rose@ville.example;responsable, formateur;{}\r\nPaul;paul@ville.example;;\r\n"


def scope(app: Flask, number: int) -> frozenset[str]:
    with app.app_context():
        return scope_of(db.session, number)


def test_a_line_without_a_territory_is_refused(app: Flask) -> None:
    client = administrator(app)
    page = upload(client, FILE.format("").encode())
    assert f"vide {REFUSED}" in page.text
    client.submit("Importer 1")
    with app.app_context():
        assert managers_without_scope(db.session) == {}


def test_the_territory_of_a_line_is_what_its_responsable_follows(app: Flask) -> None:
    client = administrator(app)
    page = upload(client, FILE.format("Nord").encode())
    assert "créée : Nord, suit Nord" in page.text
    client.submit("Importer 2")
    rose, paul = (person_id(app, f"{name}@ville.example") for name in ("rose", "paul"))
    assert (scope(app, rose), scope(app, paul)) == ({"departement-nord"}, frozenset())
    upload(client, FILE.format("Lens").encode())
    client.submit("Importer 1")
    assert scope(app, rose) == {"departement-nord"}, "who follows something goes on following it"


def test_the_same_file_mends_who_follows_nothing(app: Flask) -> None:
    client = administrator(app)
    rose = settled(app, "Rose", "cite-lens", email="rose@ville.example", roles=[Role.MANAGER])
    page = upload(client, FILE.format("Lens").encode())
    assert "complète le compte de Rose, suit Lens (Pas-de-Calais)" in page.text
    client.submit("Importer 2")
    assert scope(app, rose) == {"cite-lens"}
    assert ("scope_set", rose) in acts(app)
    assert NOTHING_TO_IMPORT in upload(client, FILE.format("Lens").encode()).text


def test_an_invitation(app: Flask) -> None:
    client = administrator(app)
    client.see("/administration/personnes/nouvelle")
    typed: dict[str, Any] = {"name": "Rose", "email": "rose@ville.example", "roles": ["responsable"], "way": "later"}
    page = client.submit(OPEN_ACCOUNT, status=422, **typed)
    assert REFUSED in page.text
    assert page.form(OPEN_ACCOUNT)["fields"]["name"] == "Rose"
    client.submit(OPEN_ACCOUNT, **typed, territory="cite-lens")
    assert scope(app, person_id(app, "rose@ville.example")) == {"cite-lens"}


def test_the_last_territory_is_not_withdrawn_while_the_role_stays(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Rose", "cite-lens")
    address = f"/administration/personnes/{number}/roles"
    client.see(address)
    assert REFUSED in client.submit("Enregistrer", status=422, roles=["responsable"], scope=None).text
    client.submit("Enregistrer", roles=["responsable", "formateur"], scope=["cite-lens"])
    client.see(address)
    assert REFUSED in client.submit("Enregistrer", status=422, scope=None).text
    assert scope(app, number) == {"cite-lens"}
    client.submit("Enregistrer", roles=["formateur"], scope=None)
    with person(app, number) as row:
        assert row.role_set == {Role.TRAINER}


@pytest.mark.parametrize(
    "command", [["create", "rose@ville.example", "--nom", "Rose", "--role", "responsable"], ["roles", "ines@croisee.example", "responsable"]]
)
def test_the_command_line(app: Flask, command: list[str]) -> None:
    stored_person(app, email="ines@croisee.example")
    with app.app_context():
        services.sync_territories(db.session, SMALL)
        db.session.commit()
    run = app.test_cli_runner().invoke
    refused = run(args=["accounts", *command])
    assert refused.exit_code == 1
    assert REFUSED in refused.output
    with app.app_context():
        assert managers_without_scope(db.session) == {}
    assert run(args=["accounts", *command, "--suit", "cite-lens"]).exit_code == 0


def test_a_merge_gives_the_role_with_its_territories_alone(world: World) -> None:
    admin = administrator(world.app)
    kept, followed, empty = (
        stored_person(world.app, name=name, roles=[role]) for name, role in (("A", Role.LEARNER), ("B", Role.MANAGER), ("C", Role.MANAGER))
    )

    def merge(session: Any, gone: int) -> frozenset[Role]:
        row = session.get_one(Person, kept)
        merging.merge_accounts(session, row, session.get_one(Person, gone), 1, NOW)
        return row.role_set

    world.write(lambda session: services.set_scope(session, session.get_one(Person, followed), ["cite-lens"]))
    assert "apprenantresponsableapprenant" in admin.see(f"/administration/personnes/{kept}/fusion/{empty}").text
    assert world.write(lambda session: merge(session, empty)) == {Role.LEARNER}
    assert world.write(lambda session: merge(session, followed)) == {Role.LEARNER, Role.MANAGER}
    assert scope(world.app, kept) == {"cite-lens"}
    assert world.read(managers_without_scope) == {}


def test_who_follows_nothing_is_named_to_administrators(world: World) -> None:
    admin = administrator(world.app)
    number = stored_person(world.app, name="Rose Ponsable", roles=[Role.MANAGER, Role.TRAINER])
    page = admin.see("/administration")
    said = "1 personne doit, par son rôle, suivre un territoire et n’en suit aucun : le pilotage ne montre alors personne."
    assert f"{said} Choisissez des territoires, ou retirez ce rôle." in page.text
    assert page.link("Rose Ponsable") == f"/administration/personnes/{number}/roles"
    world.write(lambda session: services.set_scope(session, session.get_one(Person, number), ["cite-lens"]))
    assert "n’en suit aucun" not in admin.see("/administration").text


def test_the_overview_of_nothing_counts_nothing(world: World) -> None:
    administrator(world.app)
    settled(world.app, "Anna", "cite-lens")
    page = world.signed_in(stored_person(world.app, name="Rose", roles=[Role.MANAGER])).see("/pilotage/bilan")
    assert NONE_ENTRUSTED_YET in page.text
    assert "L’équipe de Croisée" in page.text
    assert "Sur " not in page.text
    assert not page.all("dl")


def test_responsable_of_nothing_and_formateur_of_a_cohort(world: World) -> None:
    """Their cohort's people are counted, where they are; no cité is said to have nobody."""
    administrator(world.app)
    people = [settled(world.app, name, place) for name, place in (("Anna", "cite-lens"), ("Bilal", "cite-lille-sud"), ("Chloé", "cite-valenciennes-anzin"))]
    both = stored_person(world.app, name="Rose", roles=[Role.MANAGER, Role.TRAINER])

    def gather(session: Any) -> None:
        cohort = Cohort(name="Automne", path_id="acculturation", starts_on=TODAY)
        session.add(cohort)
        session.flush()
        session.add_all(CohortMember(cohort_id=cohort.id, person_id=one, trainer=one == both) for one in (*people[:2], both))

    world.write(gather)
    for address in ("/pilotage/bilan", "/pilotage/bilan?territoire=region-hauts-de-france"):
        page = world.signed_in(both).see(address)
        assert "cette page ne parle que de vos cohortes" in page.text
        (territories,) = [page.text_of(one) for one in page.all("section") if one.get("aria-labelledby") == "territoires"]
        assert ("Nord, 1 personne" in territories, "Pas-de-Calais, 1 personne" in territories) == (True, True), "Chloé, who is in the Nord too, is of no cohort"
        assert not [one for one in page.all("section") if one.get("aria-labelledby") == "sans-personne"]


def test_the_demonstration_on_another_network(app: Flask) -> None:
    from app.operations.demonstration import load as demo

    with app.app_context():
        services.sync_territories(db.session, SMALL)
        demo.load(db.session, app.config["CROISEE"], NOW)
        assert managers_without_scope(db.session) == {}
