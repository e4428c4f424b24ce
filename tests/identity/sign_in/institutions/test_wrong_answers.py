"""Twenty wrong answers and more: each is refused with a sentence, and nothing is created."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import func, select

from app.identity.models import Person, SignIn
from app.identity.sign_in.institution_accounts import IdentityLink
from app.identity.sign_in.openid import ProviderAnswer, identity
from app.platform.db import db
from tests.identity.builders import signed_in
from tests.identity.sign_in.factors.phone import another
from tests.identity.sign_in.institutions.stub import ISSUER, PROVIDER, Institution, _new
from tests.record.world import Clock
from tests.strict import StrictClient
from tests.words import NO_ACCOUNT_OF_NAME

Spoiling = Callable[[Institution], None]


def token(**changes: Any) -> Spoiling:
    def spoil(institution: Institution) -> None:
        institution.spoil_token = lambda claims: claims.update(changes)

    return spoil


def without(claim: str) -> Spoiling:
    def spoil(institution: Institution) -> None:
        institution.spoil_token = lambda claims: claims.pop(claim)

    return spoil


def info(**changes: Any) -> Spoiling:
    def spoil(institution: Institution) -> None:
        institution.spoil_info = lambda claims: claims.update(changes)

    return spoil


def signed_by_another(institution: Institution) -> None:
    institution.key = _new("ES256")  # which it does not publish


def other_algorithm(institution: Institution) -> None:
    institution.key, institution.token_algorithm = _new("RS256"), "RS256"
    institution.published = [institution.key]


def none(institution: Institution) -> None:
    institution.token_algorithm = "none"


def answers(path: str, answer: ProviderAnswer) -> Spoiling:
    def spoil(institution: Institution) -> None:
        institution.spoil_answer = lambda address, right: answer if address.endswith(path) else right

    return spoil


def plain(**claims: Any) -> ProviderAnswer:
    return ProviderAnswer(200, "application/json", json.dumps(claims).encode())


WRONG: dict[str, tuple[Spoiling, str]] = {
    "signed by nobody": (none, "signature"),
    "signed by another key": (signed_by_another, "signature"),
    "signed with another algorithm": (other_algorithm, "signature"),
    "of another issuer": (token(iss="https://autre.example"), "autre institution"),
    "for another site": (token(aud="autre-site"), "autre site"),
    "for several, asked by another": (token(aud=["croisee", "autre"], azp="autre"), "plusieurs sites"),
    "over": (token(exp=0), "trop ancienne"),
    "without an end": (without("exp"), "trop ancienne"),
    "of tomorrow": (token(iat=9_999_999_999), "horloges"),
    "to another question": (token(nonce="x" * 43), "autre demande"),
    "to no question": (without("nonce"), "autre demande"),
    "of nobody": (without("sub"), "qui vous êtes"),
    "of a number": (token(sub=12), "qui vous êtes"),
    "of a name without end": (token(sub="x" * 256), "qui vous êtes"),
    "of two people": (info(sub="quelqu-un-d-autre"), "deux personnes"),
    "told by another issuer": (info(iss="https://autre.example"), "autre institution"),
    "told to another site": (info(aud="autre-site"), "autre site"),
    "told without a signature": (answers("/userinfo", plain(sub="nadege-chez-la-ville", email="x@y.example")), "signature"),
    "told in bytes": (answers("/userinfo", ProviderAnswer(200, "application/jwt", b"\xff\xfe")), "signature"),
    "no token": (answers("/token", plain(access_token="x")), "n’a pas dit"),
    "a refusal": (answers("/token", ProviderAnswer(400, "application/json", b"{}")), "a trop attendu"),
    "no person": (answers("/userinfo", ProviderAnswer(401, "application/json", b"")), "n’a pas dit"),
    "out of order": (answers("/token", ProviderAnswer(200, "text/html", b"<html>")), "autre chose que ce qui était attendu"),
    "without end": (answers("/token", ProviderAnswer(200, "application/json", b"[" * 300_000)), "autre chose que ce qui était attendu"),
    "nested": (answers("/token", ProviderAnswer(200, "application/json", b"[" * 100_000)), "autre chose que ce qui était attendu"),
}


def nothing_created(app: Flask, client: StrictClient) -> None:
    assert not signed_in(client)
    with app.app_context():
        assert [db.session.scalar(select(func.count()).select_from(table)) for table in (Person, IdentityLink, SignIn)] == [0, 0, 0]


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence(app: Flask, client: StrictClient, proconnect: Institution, name: str) -> None:
    spoil, sentence = WRONG[name]
    spoil(proconnect)
    response = client.get(proconnect.sign_in(client.get("/connexion/proconnect").headers["Location"]))
    assert response.status_code in (403, 503)
    assert sentence in client.page.text
    nothing_created(app, client)


def test_a_level_lower_than_asked(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    app.config["CROISEE"] = replace(app.config["CROISEE"], oidc=(replace(PROVIDER, acr_required=("eidas2", "eidas3")),))
    address = client.get("/connexion/proconnect").headers["Location"]
    assert "essential" in address
    client.get(proconnect.sign_in(address))
    assert "second facteur" in client.page.text
    nothing_created(app, client)


def test_an_answer_works_once_in_the_browser_that_asked_in_its_time(app: Flask, client: StrictClient, proconnect: Institution, told: Clock) -> None:
    stranger = another(app)
    back = proconnect.sign_in(client.get("/connexion/proconnect").headers["Location"])
    stranger.see(back, 403)
    assert "depuis ce navigateur" in stranger.page.text
    for changed in (back.replace("state=", "state=x"), back.partition("&state")[0], back.replace(f"iss={ISSUER}", "iss=https://autre.example")):
        client.see(changed, 403)
    nothing_created(app, client)

    late = proconnect.sign_in(client.get("/connexion/proconnect").headers["Location"])
    told.pass_by(seconds=70)  # its code lasted sixty
    client.see(late, 403)
    slow = proconnect.sign_in(client.get("/connexion/proconnect").headers["Location"])
    told.pass_by(minutes=11)
    client.see(slow, 403)
    nothing_created(app, client)

    cookie = client.get_cookie("croisee")
    client.get("/connexion/proconnect")
    good = proconnect.sign_in(client.get("/connexion/proconnect").headers["Location"])
    kept = client.get_cookie("croisee")
    assert client.get(good).status_code == 302
    assert cookie
    assert kept
    replay = another(app)
    replay.set_cookie("croisee", kept.value)
    replay.see(good, 403)  # with a copy of the cookie too
    assert not signed_in(replay)


@pytest.mark.parametrize("error", ["access_denied", "login_required", "x" * 500, "é\n"])
def test_giving_up_is_no_fault(app: Flask, client: StrictClient, proconnect: Institution, error: str) -> None:
    back = proconnect.sign_in(client.get("/connexion/proconnect").headers["Location"])
    state = back.partition("&state=")[2].partition("&")[0]
    client.see(f"/connexion/proconnect/retour?{urlencode({'error': error, 'state': state})}", 403)
    assert "Recommencez quand vous voulez" in client.page.text
    nothing_created(app, client)


@pytest.mark.parametrize("document", [
    {"issuer": "https://autre.example"},
    {"issuer": ISSUER, "authorization_endpoint": "http://auth.example/a", "token_endpoint": "javascript:0", "userinfo_endpoint": "x", "jwks_uri": "x"},
    {},
])  # fmt: skip
def test_a_place_that_is_another_or_unsafe_is_not_gone_to(app: Flask, client: StrictClient, proconnect: Institution, document: dict[str, str]) -> None:
    answers("openid-configuration", plain(**document))(proconnect)
    assert client.get("/connexion/proconnect").status_code == 403
    nothing_created(app, client)


def test_an_institution_that_was_not_set_does_not_exist(client: StrictClient) -> None:
    for path in ("/connexion/proconnect", "/connexion/proconnect/retour?state=x&code=y"):
        client.see(path, 404)


def test_an_institution_that_speaks_another_language_is_no_site_that_is_down(client: StrictClient, proconnect: Institution) -> None:
    answers("/token", ProviderAnswer(200, "text/html", b"<html>"))(proconnect)
    client.see(proconnect.sign_in(client.get("/connexion/proconnect").headers["Location"]), 403)


@pytest.mark.parametrize(("kind", "addresses", "told", "believed"), [
    ("proconnect", "", {}, True),
    ("", "", {}, False),
    ("", "", {"email_verified": True}, True),
    ("", "", {"email_verified": "true"}, False),
    ("", "sûres", {}, True),
    ("", "sûres", {"email_verified": False}, False),
    ("proconnect", "", {"email_verified": False}, False),
])  # fmt: skip
def test_an_address_counts_where_somebody_answers_for_it(kind: str, addresses: str, told: dict[str, Any], believed: bool) -> None:
    provider = replace(PROVIDER, kind=kind, addresses=addresses)
    who = identity(provider, {}, {"email": "Nadege.Leroy@ville.example", "given_name": "Nadège", **told}, "nadege")
    assert who.email == ("nadege.leroy@ville.example" if believed else "")


def test_somebody_elses_address_that_was_not_checked_is_nobodys(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    info(email_verified=False)(proconnect)
    client.get(proconnect.sign_in(client.get("/connexion/proconnect").headers["Location"]))
    assert client.page.h1 == NO_ACCOUNT_OF_NAME
    nothing_created(app, client)
