"""Signing in and out leads to this site, whatever an address claims."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.identity.builders import INES, PASSWORD, sign_in
from tests.making import make_app, make_settings
from tests.strict import StrictClient
from tests.words import SIGN_IN, SIGN_OUT

ELSEWHERE = [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "/\t/evil.example",
    "%2F%2Fevil.example", "http:evil.example", "javascript:alert(1)", "http://localhost@evil.example", "http://localhost.evil.example/compte",
]  # fmt: skip


@pytest.mark.usefixtures("ines")
@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize("place", ["query", "form"])
def test_sign_in_leads_nowhere_else(client: StrictClient, address: str, place: str) -> None:
    client.get("/connexion", query_string={"next": address} if place == "query" else {})
    fields = client.page.form(SIGN_IN)["fields"]
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
    token = client.page.form(SIGN_OUT)["fields"]["csrf_token"]
    response = client.post("/deconnexion", query_string={"next": address}, data={"csrf_token": token, "next": address})
    assert response.headers["Location"].startswith("/")
    assert not response.headers["Location"].startswith("//")


@pytest.mark.usefixtures("ines")
def test_an_address_that_cannot_be_split_is_no_error(client: StrictClient) -> None:
    assert client.post("/connexion", data={"next": "http://["}).status_code == 400
    sign_in(client)
    token = client.see("/compte").form(SIGN_OUT)["fields"]["csrf_token"]
    response = client.post("/deconnexion", query_string={"next": "http://["}, data={"csrf_token": token, "next": "http://["})
    assert (response.status_code, response.headers["Location"]) == (303, "/connexion")


@pytest.mark.usefixtures("ines")
def test_what_is_sent_to_sign_out_is_read_by_the_guard_alone(app: Flask, client: StrictClient) -> None:
    sign_in(client)
    app.config["WTF_CSRF_ENABLED"] = False  # what the guard would read for its token
    read: list[bytes] = []

    class Noted(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            read.append(b"")
            return super().readinto(buffer)

        def read(self, size: int | None = -1) -> bytes:
            read.append(b"")
            return super().read(size)

    body = b"next=/compte"
    sent = {"wsgi.input": Noted(body), "CONTENT_LENGTH": str(len(body))}
    kind = "application/x-www-form-urlencoded"
    assert client.open("/deconnexion", method="POST", content_type=kind, environ_overrides=sent).status_code == 303
    assert read == []


def test_no_redirect_leads_to_the_host_that_a_request_claims(app: Flask) -> None:
    """However an address is misspelt, by whichever method: a proxy in front may let through any Host."""
    client = FlaskClient(app)
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        for asked in (path, f"/{path[1:].replace('/', '//')}//", f"{path}/"):
            for method in {"GET", "POST"} & (rule.methods or set()):
                place = client.open(asked, method=method, base_url="http://evil.example").headers.get("Location", "/")
                assert place.startswith("/"), (method, asked)
                assert "evil" not in place, (method, asked)


def test_a_proxy_is_believed_about_the_caller_and_the_encryption_alone(tmp_path: Path) -> None:
    app = make_app(make_settings(tmp_path, proxies=1))
    assert isinstance(app.wsgi_app, ProxyFix)
    assert (app.wsgi_app.x_for, app.wsgi_app.x_proto, app.wsgi_app.x_host, app.wsgi_app.x_port, app.wsgi_app.x_prefix) == (1, 1, 0, 0, 0)
