"""A site without one of its features, or without any: every other page answers, none leads to what is off or speaks of it; on again, all is back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from app.features import ALL, COMPLETE, FEATURES, OF_COMMAND
from app.operations.demonstration.accounts import stored_accounts
from app.operations.jobs.queries import TIMERS, timers_on
from app.platform.db import db
from app.platform.web import endpoints
from tests.demonstrations import demonstration_in
from tests.identity.builders import sign_in
from tests.making import make_app, make_settings
from tests.proofs.every_page import WHO, addresses, made_values

pytestmark = [pytest.mark.proof, pytest.mark.long]

NOTHING = ",".join(f"-{key}" for key in sorted(ALL))
MENTIONS = {
    "positioning": r"positionnement",
    "review": r"\bréviser\b|\brévision\b",
    "notebook": r"\bcarnet\b",
    "handover": r"passation",
    "library": r"bibliothèque",
    "changes": r"ce qui a changé pour vous|faits? à vérifier\b|à jour au",
    "meetings": r"feuille à signer|mes rencontres|préparer une rencontre",
    "directory": r"annuaire",
    "questions": r"poser une question aux|mes questions",
    "surveys": r"enquêtes?\b",
    "guests": r"\binvités?\b.*remarque|inviter quelqu",
    "word": r"à relire hors du site|fichier à relire",
    "formulas": r"latex|formule",
    "links": r"liens du cours",
    "packages": r"\bSCORM\b|\bcmi5\b|\bLMS\b",
    "quality": r"qualiopi|référentiel national",
    "hr": r"fichier rh",
    "badges": r"\bbadges?\b",
    "passkeys": r"clés? d’accès",
    "institutions": r"proconnect|par son institution|mon institution",
    "statements": r"\bLRS\b|\bxAPI\b|traces d’apprentissage",
    "api": r"\bAPI\b|jetons? d’accès",
    "git": r"\bgit\b",
}
"""What no page of ours says of a feature that is off. Tools have no word of their own: lessons speak of tools."""
WRITTEN = re.compile(
    r"/(?:lecons|modules|outils|glossaire|frise|sources|quiz|tentatives|recherche|reseau/|pilotage/enquetes|rencontres|carnet|atelier|accessibilite"
    r"|administration/(?:reglages|site/fonctions|personnes/\d+/(?:donnees|effacement))|compte/(?:mes-donnees|effacement)|progression/export|donnees-personnelles)\b"
)
"""Pages whose words are no mention: texts of the course, which are their authors'; what is kept of somebody; and the page that turns features on."""


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, with something behind every address."""
    folder = demonstration_in(tmp_path_factory, tmp_path_factory.mktemp("features-off") / "instance")
    app = make_app(make_settings(folder))
    VALUES.update(made_values(app))
    with app.app_context():
        db.engine.dispose()
    return folder


VALUES: dict[str, object] = {}


@pytest.mark.parametrize("off", [*(one.key for one in FEATURES), NOTHING], ids=[*(one.key for one in FEATURES), "all"])
def test_what_is_off_leaves_no_trace(off: str, visited: Path) -> None:
    app = make_app(make_settings(visited, features=f"{COMPLETE},{off if off == NOTHING else f'-{off}'}"))
    missing = ALL if off == NOTHING else {one.key for one in FEATURES if off in (one.key, one.needs)}
    wrong = sorted({fault for who in WHO for fault in faults(app, who, missing)})
    with app.app_context():
        wrong += [f"the timer {timer.name} runs" for timer in timers_on(db.session) if timer.feature in missing]
        db.engine.dispose()
    assert wrong == []


def test_on_again_all_is_back(visited: Path) -> None:
    """What was kept is shown as before: no address of the demonstration answers otherwise than it did."""
    settings = make_settings(visited)
    before = {who: answers(make_app(settings), who) for who in WHO}
    for who in WHO:
        answers(make_app(make_settings(visited, features=NOTHING)), who)
    assert {who: answers(make_app(settings), who) for who in WHO} == before


def test_commands_of_what_is_off_are_refused_and_in_no_help(visited: Path) -> None:
    run = make_app(make_settings(visited, features=NOTHING)).test_cli_runner()
    told = run.invoke(args=["--help"]).output
    assert [name for name in OF_COMMAND if re.search(rf"^  {name} ", told, re.MULTILINE)] == []
    for timer in TIMERS:
        if timer.feature:
            result = run.invoke(args=list(timer.command))
            assert (result.exit_code, "n’est pas proposé par ce site" in result.output) == (1, True), timer.name


def answers(app: Flask, who: str) -> dict[str, int]:
    client = client_of(app, who)
    found = {address: client.get(address).status_code for address in addresses(app, VALUES)}
    with app.app_context():
        db.engine.dispose()
    return found


def client_of(app: Flask, who: str) -> FlaskClient:
    client = app.test_client()
    if email := WHO[who]:
        passwords = {account.email: account.password for account in stored_accounts(app.config["CROISEE"])}
        sign_in(client, email, passwords[email])
    return client


def faults(app: Flask, who: str, missing: frozenset[str] | set[str]) -> Iterator[str]:
    """What answers with an error, what is off and answers, each link that leads to it or to no page, and each word of it."""
    client = client_of(app, who)
    said = {key: re.compile(MENTIONS[key], re.IGNORECASE) for key in missing if key in MENTIONS}
    for address in addresses(app, VALUES):
        answer = client.get(address)
        if answer.status_code >= 500:
            yield f"{address}: {answer.status_code}"
        if feature_at(app, address) in missing and answer.status_code < 400:
            yield f"{address} answers {answer.status_code}"
        if answer.mimetype != "text/html" or answer.status_code >= 300:
            continue
        html = answer.get_data(as_text=True)
        for kind, link in set(re.findall(r'(href|action)="(/[^"?#]*)', html)):
            if feature_at(app, link, ("POST", "GET") if kind == "action" else ("GET",)) in (*missing, None):
                yield f"{address} leads to {link}"
        if not WRITTEN.match(address):
            shown = re.sub(r"\s+", " ", re.sub(r"<(script|style|textarea)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL))
            yield from (
                f"{address} speaks of {key}: …{shown[max(0, found.start() - 40) : found.end() + 40]}…"
                for key, word in said.items()
                if (found := word.search(shown))
            )


def feature_at(app: Flask, address: str, methods: tuple[str, ...] = ("GET", "POST")) -> str | None:
    """The feature of the page there, asked by the first of the methods that it takes; None where there is no page."""
    endpoint = endpoint_at(app, urlsplit(address).path, methods)
    return None if endpoint is None else endpoints.gathered.of(app)[endpoint].feature


@cache
def endpoint_at(app: Flask, path: str, methods: tuple[str, ...]) -> str | None:
    adapter = app.url_map.bind("localhost")
    for method in methods:
        try:
            return str(adapter.match(path, method)[0])
        except MethodNotAllowed:
            continue
        except RequestRedirect:
            return "static"
        except HTTPException:
            return None
    return None
