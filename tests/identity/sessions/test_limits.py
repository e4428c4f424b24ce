"""How often one may try, what a request costs, and what the log says of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.identity import tries
from app.identity.rules import Role
from app.identity.sign_in.guards import current_person
from app.platform.log import logger
from tests.identity.builders import INES, PASSWORD, sign_in, signed_in, statements, stored_person
from tests.making import make_app, make_settings
from tests.strict import StrictClient
from tests.words import GET_LINK, SIGN_IN, TOO_MANY_TRIES


@pytest.fixture
def limited(tmp_path: Path) -> Flask:
    app = make_app(make_settings(tmp_path / "limited", login_limit="3 per minute", smtp_host="127.0.0.1", site_url="https://croisee.example"))
    stored_person(app)
    return app


def test_refused_sign_ins_are_limited_for_their_author_alone(limited: Flask) -> None:
    client = limited.test_client()
    for _ in range(3):
        client.see("/connexion")
        client.submit(SIGN_IN, status=422, email=INES, password="pas le bon")
    page = client.submit(SIGN_IN, status=429, email=INES, password=PASSWORD)
    assert page.h1 == TOO_MANY_TRIES
    client.see("/connexion")  # the page itself stays
    elsewhere = limited.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    sign_in(elsewhere)
    assert signed_in(elsewhere)


def test_the_429_says_when_to_come_back(limited: Flask) -> None:
    client = limited.test_client()
    client.see("/connexion")
    form = client.page.form(SIGN_IN)
    for _ in range(4):
        answer = client.post("/connexion", data={**form["fields"], "email": INES, "password": "pas le bon"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_a_room_of_people_behind_one_address_signs_in(limited: Flask) -> None:
    for _ in range(8):
        client = limited.test_client()
        sign_in(client)
        assert signed_in(client)


def test_requests_for_links_are_limited(limited: Flask) -> None:
    client = limited.test_client()
    for _ in range(3):
        client.see("/mot-de-passe-oublie")
        client.submit(GET_LINK, email="qui@croisee.example")
    client.see("/mot-de-passe-oublie")
    client.submit(GET_LINK, status=429, email="qui@croisee.example")


def test_a_link_that_a_full_place_refused_does_not_count_against_its_address(limited: Flask) -> None:
    client = limited.test_client()
    with limited.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for number in range(30):
            tries.count(tries.password_email(f"autre-{number}@croisee.example"))
    for _ in range(3):
        client.see("/mot-de-passe-oublie")
        client.submit(GET_LINK, status=429, email=INES)
    elsewhere = limited.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    elsewhere.see("/mot-de-passe-oublie")
    elsewhere.submit(GET_LINK, email=INES)


def test_the_signed_in_person_costs_one_select_roles_included(app: Flask, client: StrictClient) -> None:
    stored_person(app, roles=list(Role), name="Tous Ensemble", email="tous@croisee.example")
    sign_in(client, "tous@croisee.example")

    def answer() -> dict[str, object]:
        person = current_person()
        return {"name": person.name, "roles": len(person.roles), "trainer": person.has("formateur")}

    app.view_functions["identity.account"] = answer
    with statements(app) as sent:
        assert client.get("/compte").get_json() == {"name": "Tous Ensemble", "roles": 4, "trainer": True}
    assert len(sent) == 1
    assert "person_role" in sent[0]


@pytest.mark.usefixtures("ines")
def test_static_files_and_public_pages_of_visitors_cost_none(app: Flask, client: StrictClient) -> None:
    visitor = app.test_client()
    visitor.get("/aide")  # what the site is called is known for some seconds then
    with statements(app) as sent:
        visitor.get("/aide")
    assert sent == []
    sign_in(client)
    with statements(app) as sent:
        client.get("/static/img/croisee.svg")
    assert sent == []


def test_the_log_holds_no_address(app: Flask, client: StrictClient, caplog: pytest.LogCaptureFixture) -> None:
    logger.addHandler(caplog.handler)
    try:
        stored_person(app)
        client.see("/connexion")
        client.submit(SIGN_IN, status=422, email="personne@croisee.example", password=PASSWORD)
        sign_in(client)
    finally:
        logger.removeHandler(caplog.handler)
    assert "event=signed_in person=1" in caplog.text
    assert "croisee.example" not in caplog.text
    assert "Carpentier" not in caplog.text


def test_flask_security_serves_nothing_else(app: Flask) -> None:
    assert {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")} == {"/connexion", "/deconnexion"}
    assert not {"users", "roles"} & set(app.cli.commands)
