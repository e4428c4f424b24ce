"""Sign-in and sign-out: the same words and the same work for everybody, a new session each time, nowhere but here afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from passlib.context import CryptContext

from app import create_app
from app.identity.hashing import hash_new_password
from app.identity.sign_in.security import CONFIG
from tests.identity.builders import INES, PASSWORD, sign_in, signed_in, statements, stored_person, with_factor
from tests.making import DECIDED, make_settings
from tests.strict import StrictClient
from tests.words import CHANGE_PASSWORD, SIGN_IN, WRONG_PASSWORD


@pytest.mark.usefixtures("ines")
def test_a_visitor_is_led_to_sign_in_and_back(client: StrictClient) -> None:
    response = client.get("/compte/mot-de-passe?de=menu")
    assert (response.status_code, response.headers["Location"]) == (302, "/connexion?next=/compte/mot-de-passe?de%3Dmenu")
    client.see(response.headers["Location"])
    page = client.submit(SIGN_IN, email=INES, password=PASSWORD)
    assert page.h1 == CHANGE_PASSWORD


@pytest.mark.usefixtures("ines")
def test_where_one_asked_for_outlives_a_mistake(client: StrictClient) -> None:
    client.see("/connexion?next=/compte")
    client.submit(SIGN_IN, status=422, email=INES, password="pas le bon")
    assert client.submit(SIGN_IN, email=INES, password=PASSWORD).h1 == "Mon compte"


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
    page = client.submit(SIGN_IN, status=422, **said)
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
    with_factor(app, stored_person(app, name="Avec Facteur"))
    hashes.clear()
    answers = {}
    for address in (INES, "personne@croisee.example", "sans.mot@croisee.example", "avec.facteur@croisee.example", "pas une adresse", "x" * 5000):
        client = app.test_client()
        client.see("/connexion")
        with statements(app) as sent:
            page = client.submit(SIGN_IN, status=422, email=address, password="pas le bon mot de passe")
        text = page.text.replace(address, "…")
        answers[address] = (text, len(hashes), len(sent))
        hashes.clear()
    assert WRONG_PASSWORD in answers[INES][0]
    assert set(answers.values()) == {answers[INES]}
    assert answers[INES][1:] == (1, 1)  # one slow hash, one SELECT


@pytest.mark.usefixtures("ines")
@pytest.mark.parametrize("password", ["é" * 100_000, "\ufdfa" * 250])
def test_a_huge_password_is_refused_without_work(client: StrictClient, hashes: list[str], password: str) -> None:
    hashes.clear()
    client.see("/connexion")
    page = client.submit(SIGN_IN, status=422, email=INES, password=password)
    assert WRONG_PASSWORD in page.text
    assert hashes == []


def test_the_hash_is_argon2id_as_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONFIG, "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS", DECIDED)
    with create_app(make_settings(tmp_path)).app_context():  # made anew: others know what they were told
        assert hash_new_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
