"""What is read without an account: exactly which addresses, what they hold, and that nothing is kept of who reads them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.authoring.drafts import services as drafts
from app.identity.rules import Role
from app.platform import clock
from app.platform.db import writing
from app.platform.web.display import COOKIE
from tests.learner.visitors.conftest import HIDDEN, QUESTION, SHOWN, counts
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import READ_FIRST_LESSON, SIGN_IN_LINK

OPEN = {"/decouvrir", "/lecons/un-a", "/glossaire", "/frise", "/a-verifier", "/reseau", "/reseau/lens", "/rencontres", "/recherche", f"/media/{SHOWN}.png"}
PUBLIC = {
    "/api/v1/openapi.yaml",
    "/badges/emetteur.json",
    "/badges/revocations.json",
    "/badges/verifier",
    "/resultats",
    "/accessibilite",
    "/affichage",
    "/aide",
    "/aide/connexion",
    "/connexion",
    "/donnees-personnelles",
    "/ecoconception",
    "/healthz",
    "/healthz/live",
    "/healthz/ready",
    "/manifest.webmanifest",
    "/mentions-legales",
    "/mot-de-passe-oublie",
    "/mot-de-passe-oublie/demande",
    "/plan-du-site",
    "/robots.txt",
    "/sitemap.xml",
    "/static/croisee.css",
}
VALUES: dict[str, Any] = {
    "lesson_id": "un-a", "module_id": "mod-un", "quiz_id": "un-a-quiz", "document_id": "un-a", "name": f"{SHOWN}.png", "filename": "croisee.css", "cite_id": "lens",
}  # fmt: skip


def addresses(world: World) -> set[str]:
    """A GET of each rule of the URL map: what a variable names exists where visitors might be shown it."""
    adapter = world.app.url_map.bind("localhost")
    rules = [rule for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return {adapter.build(rule.endpoint, {name: VALUES.get(name, 1) for name in rule.arguments}) for rule in rules} | {"/healthz"}


def answering(world: World) -> set[str]:
    """Addresses that answer whoever is not signed in, each in a browser that has never been here; 503 is the health of a database without revisions."""
    world.person()
    browser = partial(FlaskClient, world.app, world.app.response_class)
    return {path for path in addresses(world) if browser().get(path, buffered=True).status_code in (200, 503)}


def test_exactly_these_addresses_answer_a_visitor(site: World) -> None:
    assert answering(site) == OPEN | PUBLIC | {"/"}


def test_and_without_the_setting_only_what_is_public_for_all(closed: World) -> None:
    assert answering(closed) == PUBLIC


@pytest.mark.parametrize("path", sorted(OPEN))
def test_a_site_that_is_not_open_sends_visitors_to_sign_in_and_back(closed: World, visitor: StrictClient, path: str) -> None:
    response = visitor.get(path)
    assert (response.status_code, response.headers["Location"]) == (302, f"/connexion?next={path}")


def test_the_door_of_a_site_that_is_not_open_is_the_sign_in_page(closed: World, visitor: StrictClient) -> None:
    assert visitor.get("/").headers["Location"] == "/connexion"
    page = visitor.see("/connexion")
    assert not [link for link in page.all("a") if link.get("href") == "/decouvrir"]
    assert not page.all("nav")[0].get("class")  # the footer's: there is no menu


@pytest.mark.parametrize("path", ["/", *sorted(OPEN)])
def test_nothing_is_written_and_no_cookie_is_set(site: World, visitor: StrictClient, path: str) -> None:
    before = counts(site)
    whole, head = visitor.get(path), visitor.head(path)
    assert (head.status_code, head.data, head.headers["Content-Type"]) == (200, b"", whole.headers["Content-Type"])
    for response in (whole, head):
        assert "Set-Cookie" not in response.headers
    assert counts(site) == before


@pytest.mark.parametrize("path", sorted(OPEN - {f"/media/{SHOWN}.png"}))
def test_a_cache_keeps_what_is_the_same_for_all_for_five_minutes(site: World, visitor: StrictClient, path: str) -> None:
    response = visitor.get(path)
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert "cookie" in response.vary
    visitor.set_cookie(COOKIE, "125.normal.dark.serif")
    assert visitor.get(path).headers["Cache-Control"] == "no-store"
    site.person()
    assert site.client().get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/aide", "/connexion"])
def test_and_nothing_else(visitor: StrictClient, path: str) -> None:
    assert visitor.get(path).headers["Cache-Control"] == "no-store"


# --- Which lessons ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/lecons/un-b", "/lecons/nulle-part", f"/media/{HIDDEN}.png", "/media/rien.png", "/modules/mod-un", "/quiz/un-a-quiz"])
def test_what_is_not_open_and_what_does_not_exist_look_alike(visitor: StrictClient, path: str) -> None:
    response = visitor.get(path)
    assert (response.status_code, response.headers["Location"]) == (302, f"/connexion?next={path}")


def test_a_draft_opens_nothing_until_it_is_published(site: World, visitor: StrictClient) -> None:
    trainer = site.person("Théo Formateur", role=Role.TRAINER)
    path, text = courses.lesson("un-b", body=QUESTION, public=True)
    with site.app.app_context(), writing() as session:
        draft = drafts.open_draft(session, "un-b", trainer, clock.now())
        drafts.save_draft(session, draft, text, version=draft.version, now=clock.now())
    assert visitor.get("/lecons/un-b").status_code == 302
    site.publish((path, text))
    assert visitor.see("/lecons/un-b").h1 == "Leçon un-b"
    site.publish(courses.lesson("un-b", body=QUESTION))
    assert visitor.get("/lecons/un-b").status_code == 302


def test_nor_is_a_lesson_that_was_withdrawn_or_that_no_module_holds(site: World, visitor: StrictClient) -> None:
    site.publish(courses.lesson("seule", public=True))
    assert visitor.get("/lecons/seule").status_code == 302
    site.withdraw("un-a")
    assert visitor.get("/lecons/un-a").status_code == 302
    assert READ_FIRST_LESSON not in visitor.see("/decouvrir").text


# --- The lesson, for a visitor ---------------------------------------------------------------------------------------


def test_the_lesson_is_the_same_without_what_needs_a_person(site: World, visitor: StrictClient) -> None:
    page = visitor.see("/lecons/un-a")
    assert not [form for form in page.all("form") if form.get("method", "get").lower() == "post"]
    seen = words_of(page)
    assert "Avec un compte, vous répondez à son quiz de 2 questions" in seen
    assert "equipe@croisee.example" in seen
    assert page.link(SIGN_IN_LINK) == "/connexion"
    assert {link.get("href") for link in page.all("a") if page.text_of(link) == SIGN_IN_LINK} == {"/connexion", "/connexion?next=/lecons/un-a"}
    site.person()
    own = site.client().see("/lecons/un-a")
    for noted in [element for element in own.all("div") if element.get("data-jot") is not None]:  # what one notes, and keeps
        noted.clear()
    text = [next(element for element in each.all("div") if element.get("data-reading") is not None) for each in (page, own)]
    assert page.text_of(text[0]) == page.text_of(text[1])


def test_its_question_is_answered_and_nothing_is_kept(site: World, visitor: StrictClient) -> None:
    before = counts(site)
    form = visitor.see("/lecons/un-a").form("Vérifier")
    right = next(field.get("value") for label in visitor.page.all("label") if "Le préfet" in visitor.page.text_of(label) for field in label.iter("input"))
    name = next(field.get("name") for field in visitor.page.all("input") if field.get("type") == "radio")
    page = visitor.see(form["action"].partition("#")[0], query_string={name: right, "question": "1"})
    assert "Le préfet représente l’État." in page.text
    assert counts(site) == before


def test_one_open_lesson_leads_to_the_next(site: World, visitor: StrictClient) -> None:
    assert "À lire aussi sans compte" not in visitor.see("/lecons/un-a").text
    site.publish(courses.lesson("deux-a", module="mod-deux", quiz="deux-a-quiz", public=True))
    assert visitor.see("/lecons/un-a").link("À lire aussi sans compte") == "/lecons/deux-a"


def test_the_network_names_nobody_who_has_an_account(site: World, visitor: StrictClient) -> None:
    names = ("Inès Carpentier", "Karim Haddouche")
    for name in names:
        site.person(name)
    page = visitor.see("/reseau")
    assert "Lens" in page.text
    assert not [name for name in (*names, "@") if name in page.html]
    page = visitor.see("/reseau/lens")
    assert not [name for name in (*names, "@") if name in page.html]
