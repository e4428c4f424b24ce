"""The menus, for each role: few entries, their tabs where one is, nothing of what the site does not have; and the old addresses."""

from __future__ import annotations

import pytest
from flask import Flask

from app.identity.rules import Role
from app.platform.web import menus
from app.platform.web.endpoints import find
from tests.identity.builders import carry_session, stored_person
from tests.strict import Page, StrictClient
from tests.words import MAIN_NAVIGATION, MY_PATH


def reader(app: Flask, *roles: Role) -> StrictClient:
    client = StrictClient(app)
    carry_session(client, stored_person(app, name="Awa Diop", email=f"{'-'.join(roles)}@croisee.example", roles=roles))
    return client


def menu(page: Page, name: str = MAIN_NAVIGATION) -> dict[str, tuple[str, str | None]]:
    """Label → address and `aria-current`, of a menu of the header."""
    nav = next((each for each in page.all("nav") if each.get("aria-label") == name), None)
    return {} if nav is None else {Page.text_of(link): (link.get("href"), link.get("aria-current")) for link in nav.iter("a")}


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        (Role.LEARNER, [MY_PATH, "Réviser", "Repères", "Ressources", "Réseau"]),
        (Role.TRAINER, ["Atelier", "Pilotage", "Le cours"]),
        (Role.MANAGER, ["Pilotage", "Le cours"]),
        (Role.ADMINISTRATOR, ["Pilotage", "Administration", "Le cours"]),
    ],
)
def test_each_role_has_few_entries(app: Flask, role: Role, entries: list[str]) -> None:
    assert list(menu(reader(app, role).see("/aide"))) == entries


def test_who_learns_and_works_has_both(app: Flask) -> None:
    assert list(menu(reader(app, Role.LEARNER, Role.MANAGER).see("/aide")))[-2:] == ["Réseau", "Pilotage"]


def test_no_place_of_work_has_more_than_four_tabs() -> None:
    assert all(len(entry.tabs) <= 4 for entry in menus.WORK)


def test_every_endpoint_of_a_menu_is_a_page(app: Flask) -> None:
    with app.app_context():
        assert [endpoint for endpoint in sorted(menus.NAMED) if find(endpoint) is None] == []


def test_one_reads_in_the_header_where_one_is(app: Flask) -> None:
    page = reader(app, Role.LEARNER).see("/glossaire")
    assert menu(page)["Repères"] == ("/frise", "true")
    assert menu(page, "Repères") == {"Frise": ("/frise", None), "Glossaire": ("/glossaire", "page"), "À vérifier": ("/a-verifier", None)}


def test_a_page_that_stands_beside_a_tab_keeps_it_current(app: Flask) -> None:
    tabs = menu(reader(app, Role.ADMINISTRATOR).see("/administration/cohortes"), "Administration")
    assert tabs["Personnes"] == ("/administration/personnes", "true")
    assert tabs["Cohortes"] == ("/administration/cohortes", "page")
    assert "Réglages" not in tabs, "they stand beside another tab"


def test_the_course_is_one_entry_for_who_does_not_learn(app: Flask) -> None:
    page = reader(app, Role.MANAGER).see("/glossaire")
    assert menu(page)["Le cours"] == ("/cours", "true")
    assert list(menu(page, "Le cours")) == ["Parcours", "Frise", "Glossaire", "À vérifier", "Ressources", "Cités", "Rencontres", "Personnes"]


def test_a_responsable_finds_accounts_in_the_pilotage(app: Flask) -> None:
    client = reader(app, Role.MANAGER)
    tabs = menu(client.see("/administration/personnes"), "Pilotage")
    assert tabs["Comptes"] == ("/administration/personnes", "page")
    assert client.get("/administration").status_code == 404


def test_what_a_site_does_not_have_leaves_no_tab_and_no_entry(app: Flask) -> None:
    client = reader(app, Role.LEARNER)
    for gone in ("review.review", "reference.timeline", "reference.facts"):
        del app.view_functions[gone]
    page = client.see("/glossaire")
    assert list(menu(page)) == [MY_PATH, "Glossaire", "Ressources", "Réseau"], "an entry of one page has its name"
    assert menu(page)["Glossaire"] == ("/glossaire", "page")
    assert [nav for nav in page.all("nav") if nav.get("aria-label") == "Repères"] == [], "a single tab shows no bar"
    bar = next(each for each in page.all("nav") if each.get("class") == "bar")
    assert [Page.text_of(link) for link in bar.iter("a")] == ["Parcours", "Trouver", "Carnet"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/outils", "/ressources?categorie=outils"),
        ("/bibliotheque", "/ressources"),
        ("/sources", "/ressources?categorie=sources"),
        ("/sources?categorie=presse&q=deux+mots", "/ressources?categorie=presse&q=deux+mots"),
        ("/atelier/plan?sur=un-a", "/atelier?sur=un-a"),
        ("/pilotage/appels?page=2", "/pilotage?page=2"),
    ],
)
def test_an_old_address_leads_to_the_new(app: Flask, old: str, new: str) -> None:
    answer = app.test_client().get(old)
    assert (answer.status_code, answer.headers["Location"]) == (308, new)
    behind = app.test_client().get(old, environ_overrides={"SCRIPT_NAME": "/croisee"})
    assert behind.headers["Location"] == f"/croisee{new}"
