"""What every answer tells browsers, value by value and written here in full: a header that somebody drops, or loosens, is seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from app.identity.rules import Role
from app.platform.db import db
from tests.identity.builders import carry_session, stored_person
from tests.making import make_app, make_settings

EXACT = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
    ),
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
}
PRIVATE, SHARED, LASTING = "no-store", "public, max-age=300", "public, max-age=31536000, immutable"

ANYBODY = [
    ("/connexion", 200, "text/html", PRIVATE),
    ("/aide", 200, "text/html", PRIVATE),
    ("/plan-du-site", 200, "text/html", PRIVATE),
    ("/glossaire", 200, "text/html", SHARED),
    ("/compte", 302, "text/html", PRIVATE),
    ("/nulle-part", 404, "text/html", PRIVATE),
    ("/relecture/rien", 404, "text/html", PRIVATE),
    ("/deconnexion", 405, "text/html", PRIVATE),
    ("/aide?panne", 500, "text/html", PRIVATE),
    ("/glossaire?panne", 500, "text/html", PRIVATE),
    ("/healthz/live", 200, "application/json", PRIVATE),
    ("/badges/emetteur.json", 200, "application/json", PRIVATE),
    ("/api/v1/people", 401, "application/problem+json", PRIVATE),
    ("/api/v1/openapi.yaml", 200, "application/yaml", PRIVATE),
    ("/robots.txt", 200, "text/plain", PRIVATE),
    ("/manifest.webmanifest", 200, "application/manifest+json", PRIVATE),
]
"""(address, status, type, who may keep it)."""
ADMINISTRATOR = [
    ("/cours", 200, "text/html", PRIVATE),
    ("/compte", 200, "text/html", PRIVATE),
    ("/administration/personnes", 200, "text/html", PRIVATE),
    ("/administration/import/modele.csv", 200, "text/csv", PRIVATE),
    ("/pilotage/personnes.csv", 200, "text/csv", PRIVATE),
    ("/compte/mes-donnees.json", 200, "application/json", PRIVATE),
    ("/atelier", 404, "text/html", PRIVATE),
]


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(make_settings(tmp_path / "instance", environment="production", site_url="https://cites.exemple.org", public=True))
    app.config |= {"SESSION_COOKIE_SECURE": False, "PROPAGATE_EXCEPTIONS": False}
    yield app
    with app.app_context():
        db.engine.dispose()


def headers(client: FlaskClient, path: str, status: int, mimetype: str, kept: str | None) -> None:
    with client.get(path) as answer:
        assert (answer.status_code, answer.mimetype, answer.headers.get("Cache-Control")) == (status, mimetype, kept), path
        wanted = EXACT | ({"Referrer-Policy": "no-referrer"} if path.startswith("/relecture") else {})
        assert {name: answer.headers.getlist(name) for name in wanted} == {name: [value] for name, value in wanted.items()}, path


def test_every_kind_of_answer_carries_every_header(production: Flask) -> None:
    """Pages of anybody and of somebody, redirections, errors, files, JSON, what is static."""
    told = production.view_functions

    def broken(view: str) -> Callable[[], ResponseReturnValue]:
        def answer() -> ResponseReturnValue:
            if "panne" in request.args:
                raise RuntimeError
            return cast("str", known())

        known = told[view]
        return answer

    told.update({view: broken(view) for view in ("web.help", "reference.glossary")})
    visitor = FlaskClient(production, Response, use_cookies=False)
    for each in ANYBODY:
        headers(visitor, *each)
    page = visitor.get("/connexion").text
    for address in (re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page)[0], re.findall(r'src="(/static/[^"]+\.js[^"]*)"', page)[0]):
        headers(visitor, address, 200, "text/css" if ".css" in address else "text/javascript", LASTING)
    headers(visitor, "/static/rien.css", 404, "text/html", None)
    known = FlaskClient(production, Response)
    carry_session(known, stored_person(production, roles=[Role.ADMINISTRATOR]))
    for each in ADMINISTRATOR:
        headers(known, *each)


def test_a_post_is_answered_with_them_too(production: Flask) -> None:
    for path, status in (("/connexion", 403), ("/affichage", 403), ("/nulle-part", 404)):
        answer = FlaskClient(production, Response).post(path)
        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in EXACT} == EXACT, path


def test_https_is_promised_in_production_alone(app: Flask) -> None:
    answer = FlaskClient(app, Response).get("/connexion")
    assert "Strict-Transport-Security" not in answer.headers
    assert {name: answer.headers.get(name) for name in EXACT if not name.startswith("Strict")} == {
        name: value for name, value in EXACT.items() if not name.startswith("Strict")
    }
