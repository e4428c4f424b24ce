"""A provider that nobody here wrote, over HTTP: the whole way to it and back, with the site's own asker, its real keys and the machine's clock."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from app.identity.models import Person
from app.identity.sign_in.institution_accounts import IdentityLink
from app.platform import clock
from app.platform.db import db
from app.platform.settings.tables import Provider
from tests.identity.builders import signed_in
from tests.identity.sign_in.factors.phone import another
from tests.record.world import Clock
from tests.strict import StrictClient
from tests.words import NO_ACCOUNT_OF_NAME, SIGN_OUT

CLAIMS = {"email": "nadege.leroy@ville.example", "email_verified": True, "given_name": "Nadège", "family_name": "Leroy"}
BACK = "/connexion/rectorat/retour"


@pytest.fixture
def told() -> Clock:
    """The machine's own time."""
    return Clock(clock.now())


@pytest.fixture
def rectorat(app: Flask) -> Iterator[str]:
    """Its address. A site that it opens to whoever has an address of the town."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it stands on is leaving its old names
        from oidc_provider_mock import User, run_server_in_thread

        with run_server_in_thread(user_claims=[User(sub="nadege", claims=CLAIMS)]) as server:
            issuer = f"http://localhost:{server.server_port}"
            ours = Provider(
                "rectorat",
                issuer,
                "croisee",
                client_secret="x",
                algorithm="RS256",
                scopes="openid profile email",
                registration="domaines",
                domains=("ville.example",),
            )
            app.config["CROISEE"] = replace(app.config["CROISEE"], oidc=(ours,))
            yield issuer


def there(address: str, **fields: str) -> str:
    """What is pressed on the provider's page sends the browser to this path of ours."""
    at = urlsplit(address)
    with closing(HTTPConnection(at.netloc)) as line:
        line.request("POST", f"{at.path}?{at.query}", urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
        back = urlsplit(line.getresponse().headers["Location"])
    return f"{back.path}?{back.query}"


def ways(client: StrictClient, **fields: str) -> str:
    return there(client.get("/connexion/rectorat").headers["Location"], **fields)


def test_there_and_back(app: Flask, client: StrictClient, rectorat: str) -> None:
    back = ways(client, sub="nadege")
    assert back.startswith(BACK)
    assert client.get(back).status_code == 302
    assert client.see("/compte").h1 == "Mon compte"
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert (person.name, person.email) == ("Nadège Leroy", CLAIMS["email"])
        assert db.session.execute(select(IdentityLink.issuer, IdentityLink.subject)).all() == [(rectorat, "nadege")]
    assert client.submit(SIGN_OUT).link("Me déconnecter de rectorat").startswith(f"{rectorat}/oauth2/end_session?id_token_hint=")
    client.see(back, 403)  # what it answered once
    again = another(app)
    again.get(ways(again, sub="nadege"))
    assert signed_in(again)
    refused = another(app)
    refused.see(ways(refused, action="deny"), 403)  # this one forgets to say what was asked, too
    assert not signed_in(refused)
    stranger = another(app)
    stranger.see(ways(stranger, sub="quelqu-un@ailleurs.example"), 403)
    assert stranger.page.h1 == NO_ACCOUNT_OF_NAME
    with app.app_context():
        assert db.session.query(Person).count() == 1
