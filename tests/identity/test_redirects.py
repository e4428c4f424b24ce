"""Signing in and out leads to this site, whatever an address claims."""

from __future__ import annotations

import pytest

from tests.identity.builders import INES, PASSWORD, sign_in
from tests.strict import StrictClient

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
