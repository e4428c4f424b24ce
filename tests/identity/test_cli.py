"""`flask accounts`: what whoever has a terminal on the server can do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app.identity import services
from app.identity.models import Person
from app.identity.rules import Role, Side
from app.platform.db import db
from tests.identity.builders import SMALL, stored_person
from tests.making import make_app, make_settings
from tests.strict import StrictClient
from tests.words import ADDRESS_TAKEN, SAVE_PASSWORD

INES = "ines@croisee.example"


@pytest.fixture
def run(app: Flask) -> Any:
    with app.app_context():
        services.sync_territories(db.session, SMALL)
        db.session.commit()

    def command(*words: str, code: int = 0) -> Result:
        result = app.test_cli_runner().invoke(args=["accounts", *words])
        assert result.exit_code == code, result.output
        return result

    return command


def person(app: Flask, address: str = INES) -> Person | None:
    """The account, its roles loaded."""
    with app.app_context():
        found = services.person_by_address(db.session, address)
        assert found is None or found.role_set is not None
        return found


def test_an_account_is_opened_with_all_it_needs_and_its_link_works(app: Flask, client: StrictClient, run: Any) -> None:
    out = run(
        "create", "Ines@Croisee.example", "--nom", "Inès Carpentier", "--role", "responsable", "--role", "apprenant", "--employeur", "etat",
        "--territoire", "cite-lille-sud", "--suit", "departement-nord",
    ).output  # fmt: skip
    found = person(app)
    assert found is not None
    assert (found.email, found.side, found.role_set, found.password) == (INES, Side.ETAT, {Role.MANAGER, Role.LEARNER}, None)
    with app.app_context():
        assert services.scope_of(db.session, found.id) == {"departement-nord"}
        assert [row.name for row in services.belongings(db.session, found.id)] == ["Lille Sud"]
    path = re.search(r"http://127\.0\.0\.1:8000(/\S+)", out)
    assert path
    client.see(path[1])
    client.submit(SAVE_PASSWORD, password="une phrase à retenir")
    assert client.get("/compte").status_code == 200


def test_a_refusal_is_one_sentence_and_leaves_nothing(app: Flask, run: Any) -> None:
    result = run("create", INES, "--name", "Inès", "--territory", "cite-atlantide", code=1)
    assert "Error: Ce territoire n’existe pas : cite-atlantide." in result.output
    assert person(app) is None
    run("create", INES, "--name", "Inès")
    assert ADDRESS_TAKEN in run("create", INES, "--name", "Inès", code=1).output
    assert "n’est pas valable" in run("create", "ines", "--name", "Inès", code=1).output
    run("create", "x@croisee.example", "--name", "X", "--role", "chef", code=2)


def test_a_link_by_hand(app: Flask, client: StrictClient, run: Any) -> None:
    stored_person(app, email=INES)
    link = run("reset-link", INES.upper()).stdout.strip()
    client.see(link.removeprefix("http://127.0.0.1:8000"))
    assert "Aucun compte" in run("reset-link", "personne@croisee.example", code=1).output
    run("close", INES)
    client.see(link.removeprefix("http://127.0.0.1:8000"), 410)
    assert "fermé" in run("reset-link", INES, code=1).output
    run("open", INES)
    client.see(run("reset-link", INES).stdout.strip().removeprefix("http://127.0.0.1:8000"))


def test_a_link_names_the_address_of_the_site_or_says_which_it_supposes(tmp_path: Path) -> None:
    for changes, address, warned in (
        ({"port": 8123}, "http://127.0.0.1:8123/", True),
        ({"site_url": "https://croisee.example.fr/"}, "https://croisee.example.fr/", False),
    ):
        app = make_app(make_settings(tmp_path / address[8:20].replace("/", "-"), **changes))
        stored_person(app, email=INES)
        result = app.test_cli_runner().invoke(args=["accounts", "reset-link", INES])
        assert result.stdout.startswith(f"{address}mot-de-passe-oublie/")
        assert ("port 8123" in result.stderr) is warned


def test_roles_are_shown_and_given(app: Flask, run: Any) -> None:
    stored_person(app, email=INES)
    assert run("roles", INES).output == "apprenant\n"
    assert run("roles", INES, "responsable", "formateur", "--scope", "cite-lens").output == "formateur, responsable ; suit Lens\n"
    assert run("roles", INES).output == "formateur, responsable ; suit Lens\n"
    found = person(app)
    assert found is not None
    assert found.role_set == {Role.MANAGER, Role.TRAINER}


def test_the_list(app: Flask, run: Any) -> None:
    stored_person(app, email=INES)
    stored_person(app, name="Ancien Collegue", email="a@croisee.example", roles=[])
    run("close", "a@croisee.example")
    assert run("list").output == "1\tines@croisee.example\tapprenant\tInès Carpentier\n2\ta@croisee.example\t\tAncien Collegue\t(fermé)\n"
