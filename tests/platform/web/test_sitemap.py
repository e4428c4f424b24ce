"""The map of the site: complete, and for each reader no more than they may open."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.identity.rules import Role
from app.platform.web import menus
from tests.identity.builders import sign_in, stored_person
from tests.strict import StrictClient

STEPS = {
    "acting.choose",
    "attestations.refresher",
    "factors.application",
    "factors.new_key",
    "factors.verify",
    "identity.forgotten_sent",
    "institutions.join",
    "institutions.leave",
    "institutions.back_from_institution",
    "privacy.confirm_my_erasure",
    "reporting.grid_print",
    "review.question",
    "start.start",
    "web.sitemap",
}
"""What one arrives at from another page, and this page itself."""


def pages(app: Flask) -> set[str]:
    """Endpoints whose address has no variable, but files, probes, and what programs read."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    return {rule.endpoint for rule in rules if str(rule) not in menus.MOVED and not re.search(r"\.\w+$|^/healthz|^/metrics$|^/api/", str(rule))}


def test_the_map_names_every_page_that_a_menu_could(app: Flask) -> None:
    assert menus.NAMED - {"web.sitemap"} == pages(app) - STEPS


@pytest.mark.parametrize("role", [None, *Role])
def test_each_reader_is_shown_what_they_may_open(app: Flask, client: StrictClient, role: Role | None) -> None:
    if role:
        person = stored_person(app, roles=[role], name="Un Lecteur")
        assert person
        sign_in(client, "un.lecteur@croisee.example")
    links = [link.get("href") for link in client.see("/plan-du-site").all("main")[0].iter("a")]
    assert len(links) == len(set(links))
    assert ("/connexion" in links, "/administration" in links, "/administration/personnes" in links, "/atelier" in links) == (
        True,
        role is Role.ADMINISTRATOR,
        role in (Role.MANAGER, Role.ADMINISTRATOR),
        role is Role.TRAINER,
    )
