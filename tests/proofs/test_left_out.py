"""A site without one of its features: every other page answers, and none leads to what is not there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

import app as package
from app.operations.demonstration.accounts import stored_accounts
from app.platform.db import db
from tests.demonstrations import demonstration_in
from tests.identity.builders import sign_in
from tests.making import make_app, make_settings
from tests.proofs.every_page import WHO, addresses, made_values

pytestmark = [pytest.mark.proof, pytest.mark.long]

FEATURES = ("administration", "authoring", "exchange", "network", "reporting", "notebook", "positioning", "review", "search", "surveys")
"""What a site may do without. The course with its glossary, timeline and sources, the record, accounts and what runs the site are the site itself."""
WRITTEN = {("network", "/reseau")}
"""Links that the texts of the course make to a feature: an author's words, which no page composes."""


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, with something behind every address."""
    folder = demonstration_in(tmp_path_factory, tmp_path_factory.mktemp("left-out") / "instance")
    app = make_app(make_settings(folder))
    VALUES.update(made_values(app))
    WHOLE.update(app.view_functions)
    with app.app_context():
        db.engine.dispose()
    return folder


VALUES: dict[str, object] = {}
WHOLE: set[str] = set()
"""The endpoints of a site that leaves nothing out."""


@pytest.mark.parametrize("feature", FEATURES)
def test_a_site_without_a_feature_serves_all_others(feature: str, visited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(visited, tmp_path / "instance")
    others = tuple(each for each in package.packages() if each.__name__.rpartition(".")[2].removesuffix("_views") != feature)
    assert len(others) == len(package.packages()) - 1
    monkeypatch.setattr(package, "packages", lambda: others)
    app = make_app(make_settings(tmp_path / "instance"))
    assert set(app.view_functions) < WHOLE
    wrong = sorted({fault for who in WHO for fault in faults(app, who, feature)})
    with app.app_context():
        db.engine.dispose()
    assert wrong == []


def faults(app: Flask, who: str, left_out: str) -> Iterator[str]:
    """What answers with an error, and each link that leads to no page of this site."""
    client = app.test_client()
    if email := WHO[who]:
        passwords = {account.email: account.password for account in stored_accounts(app.config["CROISEE"])}
        sign_in(client, email, passwords[email])
    for address in addresses(app, VALUES):
        answer = client.get(address)
        if answer.status_code >= 500:
            yield f"{address}: {answer.status_code}"
        elif answer.mimetype == "text/html":
            links = set(re.findall(r'(?:href|action)="(/[^"?#]*)', answer.get_data(as_text=True)))
            yield from (f"{address} leads to {link}" for link in links if not is_served(app, link) and (left_out, link) not in WRITTEN)


def is_served(app: Flask, link: str) -> bool:
    try:
        app.url_map.bind("localhost").match(link)
    except (MethodNotAllowed, RequestRedirect):
        return True
    except HTTPException:
        return False
    return True
