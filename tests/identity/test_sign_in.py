"""Sign-in and sign-out: the same words and the same work for everybody, a new session each time, nowhere but here afterwards."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from flask import Flask
from passlib.context import CryptContext

from app.db import db
from app.identity import services
from app.identity.guards import current_person
from app.identity.models import Person
from app.identity.rules import Role
from app.log import logger
from tests.identity.builders import PASSWORD, row, sign_in, statements, stored_person
from tests.making import make_app, make_settings
from tests.strict import StrictClient

INES = "inès.carpentier@croisee.example"


@pytest.fixture
def ines(app: Flask) -> int:
    return stored_person(app)


def signed_in(client: StrictClient) -> bool:
    return client.get("/compte").status_code == 200


@pytest.mark.usefixtures("ines")
def test_a_visitor_is_led_to_sign_in_and_back(client: StrictClient) -> None:
    response = client.get("/compte/mot-de-passe?de=menu")
    assert (response.status_code, response.headers["Location"]) == (302, "/connexion?next=/compte/mot-de-passe?de%3Dmenu")
    client.see(response.headers["Location"])
    page = client.submit("Se connecter", email=INES, password=PASSWORD)
    assert page.h1 == "Changer mon mot de passe"


@pytest.mark.usefixtures("ines")
def test_where_one_asked_for_outlives_a_mistake(client: StrictClient) -> None:
    client.see("/connexion?next=/compte")
    client.submit("Se connecter", status=422, email=INES, password="pas le bon")
    assert client.submit("Se connecter", email=INES, password=PASSWORD).h1 == "Mon compte"


def test_the_page_says_whom_to_ask_for_an_account(client: StrictClient) -> None:
    assert "equipe@croisee.example" in client.see("/connexion").text


@pytest.mark.usefixtures("ines")
@pytest.mark.parametrize("typed", ["INÈS.Carpentier@Croisee.example", f"  {INES} ", "ine\u0300s.carpentier@croisee.example"])
def test_the_address_may_be_typed_in_any_way(client: StrictClient, typed: str) -> None:
    sign_in(client, typed)
    assert signed_in(client)


@pytest.mark.usefixtures("ines")
def test_a_password_may_be_composed_in_any_way(app: Flask, client: StrictClient) -> None:
    stored_person(app, name="Éric Été", email="eric@croisee.example", password="l’été à la plage")
    sign_in(client, "eric@croisee.example", "l’e\u0301te\u0301 a\u0300 la plage")
    assert signed_in(client)


@pytest.mark.parametrize("said", [{"email": "", "password": "x"}, {"email": INES, "password": ""}, {"email": "", "password": ""}])
def test_what_is_missing_is_named(client: StrictClient, said: dict[str, str]) -> None:
    client.see("/connexion")
    page = client.submit("Se connecter", status=422, **said)
    assert ("Indiquez votre adresse de courriel." in page.text) == (not said["email"])
    assert ("Indiquez votre mot de passe." in page.text) == (not said["password"])


# --- Nobody learns who has an account --------------------------------------------------------------------------------


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each call of the slow hash function."""
    calls: list[str] = []
    for name in ("hash", "verify"):
        real = getattr(CryptContext, name)

        def counted(self: CryptContext, *args: object, _name: str = name, _real: object = real, **kwargs: object) -> object:
            calls.append(_name)
            return _real(self, *args, **kwargs)  # type: ignore[operator]

        monkeypatch.setattr(CryptContext, name, counted)
    return calls


@pytest.mark.usefixtures("ines")
def test_known_and_unknown_addresses_get_the_same_page_and_the_same_work(app: Flask, hashes: list[str]) -> None:
    stored_person(app, name="Sans Mot", password=None)
    hashes.clear()
    answers = {}
    for address in (INES, "personne@croisee.example", "sans.mot@croisee.example", "pas une adresse", "x" * 5000):
        client = app.test_client()
        client.see("/connexion")
        with statements(app) as sent:
            page = client.submit("Se connecter", status=422, email=address, password="pas le bon mot de passe")
        text = page.text.replace(address, "…")
        answers[address] = (text, len(hashes), len(sent))
        hashes.clear()
    assert "Adresse ou mot de passe inexact." in answers[INES][0]
    assert set(answers.values()) == {answers[INES]}
    assert answers[INES][1:] == (1, 1)  # one slow hash, one SELECT


@pytest.mark.usefixtures("ines")
@pytest.mark.parametrize("password", ["é" * 100_000, "\ufdfa" * 250])
def test_a_huge_password_is_refused_without_work(client: StrictClient, hashes: list[str], password: str) -> None:
    hashes.clear()
    client.see("/connexion")
    page = client.submit("Se connecter", status=422, email=INES, password=password)
    assert "Adresse ou mot de passe inexact." in page.text
    assert hashes == []


def test_the_hash_is_argon2id_as_decided(app: Flask, ines: int) -> None:
    assert str(row(app, ines).password).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


# --- Sessions --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ines")
def test_a_session_planted_before_sign_in_is_worth_nothing_after(client: StrictClient) -> None:
    client.see("/connexion")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before
        assert session["_user_id"]


@pytest.mark.usefixtures("ines")
def test_a_form_of_before_sign_in_is_refused_after(client: StrictClient) -> None:
    client.see("/connexion")
    old = client.page.form("Se connecter")["fields"]["csrf_token"]
    sign_in(client)
    client.see("/compte")
    assert client.post("/compte/sessions", data={"csrf_token": old}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/connexion", "/deconnexion", "/compte", "/compte/mot-de-passe", "/compte/sessions", "/mot-de-passe-oublie", "/mot-de-passe-oublie/x"]
)
@pytest.mark.parametrize("token", [None, "", "forged"])
def test_every_form_needs_its_token(app: Flask, ines: int, path: str, token: str | None) -> None:
    client = app.test_client()
    sign_in(client)
    before = row(app, ines).fs_uniquifier
    assert client.post(path, data={} if token is None else {"csrf_token": token}).status_code == 403
    assert row(app, ines).fs_uniquifier == before


@pytest.mark.usefixtures("ines")
def test_signing_out_ends_it_and_needs_a_post(client: StrictClient) -> None:
    sign_in(client)
    assert client.get("/deconnexion").status_code == 405
    client.see("/compte")
    assert client.submit("Se déconnecter").h1 == "Se connecter"
    assert not signed_in(client)


def test_a_session_ends_with_its_version(app: Flask, client: StrictClient, ines: int) -> None:
    sign_in(client)
    with app.app_context():
        services.close_sessions(db.session, db.session.get_one(Person, ines))
        db.session.commit()
    assert not signed_in(client)


def test_a_closed_account_is_signed_out_and_told_only_to_whoever_knows_the_password(app: Flask, client: StrictClient, ines: int) -> None:
    sign_in(client)
    with app.app_context():
        services.set_active(db.session, db.session.get_one(Person, ines), False)
        db.session.commit()
    assert not signed_in(client)
    client.see("/connexion")
    assert "Adresse ou mot de passe inexact." in client.submit("Se connecter", status=422, email=INES, password="pas le bon").text
    page = client.submit("Se connecter", status=403, email=INES, password=PASSWORD)
    assert "Ce compte est fermé." in page.text
    assert not signed_in(client)


@pytest.mark.usefixtures("ines")
def test_a_forged_cookie_and_a_token_in_the_address_open_nothing(app: Flask, client: StrictClient) -> None:
    with app.test_request_context():
        person = db.session.query(Person).one()
        token = person.get_auth_token()
    assert client.get(f"/compte?auth_token={token}", headers={"Authentication-Token": str(token)}).status_code == 302
    client.set_cookie("croisee", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb")
    assert not signed_in(client)


@pytest.mark.parametrize(("environment", "secure"), [("test", False), ("production", True)])
def test_cookies_are_for_this_site_and_for_no_script(tmp_path: Path, environment: str, secure: bool) -> None:
    other = make_app(make_settings(tmp_path / environment, environment=environment))
    cookie = other.test_client().get("/connexion").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure


# --- Nowhere else ----------------------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "/\t/evil.example",
    "%2F%2Fevil.example", "http:evil.example", "javascript:alert(1)", "http://localhost@evil.example", "http://localhost.evil.example/compte",
]  # fmt: skip


@pytest.mark.usefixtures("ines")
@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize("place", ["query", "form"])
def test_sign_in_leads_nowhere_else(client: StrictClient, address: str, place: str) -> None:
    client.get("/connexion", query_string={"next": address} if place == "query" else {})
    fields = client.page.form("Se connecter")["fields"]
    query = {"next": address} if place == "query" else {}
    form = {"next": address} if place == "form" else {}
    response = client.post("/connexion", query_string=query, data={**fields, **form, "email": INES, "password": PASSWORD})
    if response.status_code == 422:  # Flask-Security refuses some forms of it by itself
        assert "evil" not in response.headers.get("Location", "")
        return
    assert response.status_code == 303
    location = response.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith("//")
    assert "\\" not in location


@pytest.mark.usefixtures("ines")
@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_out_leads_nowhere_else(client: StrictClient, address: str) -> None:
    sign_in(client)
    client.see("/compte")
    token = client.page.form("Se déconnecter")["fields"]["csrf_token"]
    response = client.post("/deconnexion", query_string={"next": address}, data={"csrf_token": token, "next": address})
    assert response.headers["Location"].startswith("/")
    assert not response.headers["Location"].startswith("//")


# --- A session that is over ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ines")
def test_a_form_sent_after_the_end_leads_back_to_its_page(app: Flask, client: StrictClient, ines: int) -> None:
    sign_in(client)
    client.see("/compte")
    form = client.page.form("Enregistrer")
    with app.app_context():
        services.close_sessions(db.session, db.session.get_one(Person, ines))
        db.session.commit()
    answer = client.post(form["action"], data=form["fields"], headers={"Referer": "http://localhost/compte"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/connexion?next=/compte")
    answer = client.post(form["action"], data=form["fields"], headers={"Referer": "https://evil.example/compte"})
    assert answer.headers["Location"] == "/connexion"


def test_a_script_is_told_in_json(app: Flask, client: StrictClient) -> None:
    answer = client.get("/compte", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401
    assert answer.get_json()["error"].startswith("Votre session est terminée.")


def test_what_was_typed_is_kept_when_the_session_ended_meanwhile(app: Flask, client: StrictClient, ines: int) -> None:
    """Signed out in another tab, or closed from another computer: the token is gone, or the session is."""
    sign_in(client)
    client.see("/compte")
    token = client.page.form("Enregistrer")["fields"]["csrf_token"]
    typed = {"csrf_token": token, "choice": "2", "key": "k1"}
    path, here = "/tentatives/1/questions/1", {"Referer": "http://localhost/tentatives/1/questions/1"}
    with app.app_context():
        services.close_sessions(db.session, db.session.get_one(Person, ines))
        db.session.commit()
    start = time.perf_counter()
    closed = client.post(path, data=typed, headers=here)
    assert time.perf_counter() - start < 5  # it does not wait for its own transaction
    client.delete_cookie("croisee")
    signed_out = client.post(path, data=typed, headers=here)
    for answer in (closed, signed_out):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/connexion?next=/reprise/")
    assert client.post(path, data=typed, headers={"Referer": "https://evil.example/"}).status_code == 403
    assert client.post(path, data=typed).status_code == 403


def test_whoever_keeps_submissions_is_asked_first(app: Flask, client: StrictClient) -> None:
    app.extensions["croisee_keep_submission"] = lambda: ({"kept": True}, 202)
    client.see("/connexion")
    token = client.page.form("Se connecter")["fields"]["csrf_token"]
    assert client.post("/compte/sessions", data={"csrf_token": token}).status_code == 202
    assert client.get("/compte").status_code == 302


# --- Limits and cost -------------------------------------------------------------------------------------------------


@pytest.fixture
def limited(tmp_path: Path) -> Flask:
    app = make_app(make_settings(tmp_path / "limited", login_limit="3 per minute", smtp_host="127.0.0.1", site_url="https://croisee.example"))
    stored_person(app)
    return app


def test_refused_sign_ins_are_limited_for_their_author_alone(limited: Flask) -> None:
    client = limited.test_client()
    for _ in range(3):
        client.see("/connexion")
        client.submit("Se connecter", status=422, email=INES, password="pas le bon")
    page = client.submit("Se connecter", status=429, email=INES, password=PASSWORD)
    assert page.h1 == "Trop d’essais"
    client.see("/connexion")  # the page itself stays
    elsewhere = limited.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    sign_in(elsewhere)
    assert signed_in(elsewhere)


def test_the_429_says_when_to_come_back(limited: Flask) -> None:
    client = limited.test_client()
    client.see("/connexion")
    form = client.page.form("Se connecter")
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
        client.submit("Recevoir un lien", email="qui@croisee.example")
    client.see("/mot-de-passe-oublie")
    client.submit("Recevoir un lien", status=429, email="qui@croisee.example")


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
        client.submit("Se connecter", status=422, email="personne@croisee.example", password=PASSWORD)
        sign_in(client)
    finally:
        logger.removeHandler(caplog.handler)
    assert "event=signed_in person=1" in caplog.text
    assert "croisee.example" not in caplog.text
    assert "Carpentier" not in caplog.text


def test_flask_security_serves_nothing_else(app: Flask) -> None:
    assert {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")} == {"/connexion", "/deconnexion"}
    assert not {"users", "roles"} & set(app.cli.commands)
