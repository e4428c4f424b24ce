"""« Découvrir Croisée », and what search engines and link previews are told of the pages that are open."""

from __future__ import annotations

import struct
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask

from tests.learner.visitors.conftest import SITE, set_to
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import Page, StrictClient
from tests.words import MAIN_NAVIGATION, MY_PATH, READ_FIRST_LESSON, SIGN_IN_LINK

PREVIEWED = ["/decouvrir", "/lecons/un-a", "/glossaire", "/frise", "/a-verifier", "/reseau", "/reseau/lens", "/rencontres"]


def told(page: Page) -> dict[str, str]:
    """Name or property → content, of the page's metas; and where it says that it stands."""
    metas = {meta.get("property") or meta.get("name"): meta.get("content") for meta in page.all("meta") if meta.get("content")}
    return metas | {link.get("rel"): link.get("href") for link in page.all("link")}


def places(page: Page) -> list[tuple[str, str]]:
    menu = next(nav for nav in page.all("nav") if nav.get("aria-label") == MAIN_NAVIGATION)
    return [(page.text_of(link), link.get("href")) for link in menu.iter("a")]


# --- The page --------------------------------------------------------------------------------------------------------


def test_a_visitor_is_shown_it_at_the_door(site: World, visitor: StrictClient) -> None:
    at_the_door, page = visitor.see("/"), visitor.see("/decouvrir")
    assert words_of(at_the_door) == words_of(page)
    assert page.link(READ_FIRST_LESSON) == "/lecons/un-a"
    assert page.link(SIGN_IN_LINK) == "/connexion"
    assert "equipe@croisee.example" in page.text
    site.person()
    assert site.client().see("/").h1 == "Votre parcours"


def test_its_figures_are_the_course_s(site: World, visitor: StrictClient) -> None:
    """Three lessons of ten minutes; two questions in each of three quizzes, one in each of two lessons."""
    seen = words_of(visitor.see("/decouvrir"))
    for figure in ("40 minutes environ", "3 leçons de 10 minutes, en 2 modules", "8 questions", "1 entrée", "1 date", "1 cité"):
        assert figure in seen, figure
    site.publish(courses.lesson("un-b", minutes=20), courses.lesson("de-trop", minutes=90, optional=True))
    site.publish(courses.module("mod-un", ["un-a", "un-b", "de-trop"]))
    seen = words_of(visitor.see("/decouvrir"))
    assert "3 leçons de 10 à 20 minutes, en 2 modules" in seen
    assert "7 questions" in seen, "one of the lessons asks no more"


def test_beside_a_short_path_it_says_how_long_the_whole_course_is(site: World, visitor: StrictClient) -> None:
    assert "parcours entier" not in words_of(visitor.see("/decouvrir"))
    site.publish(courses.two_paths())
    seen = words_of(visitor.see("/decouvrir"))
    assert "20 minutes environ, à votre rythme 2 leçons" in seen
    assert "C’est l’essentiel. Le parcours entier prend environ 40 minutes." in seen


def test_where_no_contact_is_set_it_still_leads_somewhere(site: World, visitor: StrictClient) -> None:
    set_to(site, contact="")
    page = words_of(visitor.see("/decouvrir"))
    assert "À qui pilote votre cité éducative" in page
    assert "qui vous a donné l’adresse" not in page


def test_somebody_who_has_an_account_is_not_asked_to_sign_in(site: World) -> None:
    site.person()
    page = site.client().see("/decouvrir")
    assert page.link(READ_FIRST_LESSON) == "/lecons/un-a"
    assert SIGN_IN_LINK not in page.text
    assert [label for label, _address in places(page)][:2] == [MY_PATH, "Réviser"]


def test_a_visitor_s_menu_has_what_a_visitor_may_read(visitor: StrictClient) -> None:
    for path in ("/aide", "/connexion", "/lecons/un-a"):
        assert places(visitor.see(path)) == [("Découvrir", "/decouvrir"), ("Repères", "/frise"), ("Réseau", "/reseau")]
    assert visitor.see("/connexion").link("Découvrir Croisée sans compte") == "/decouvrir"
    assert visitor.see("/plan-du-site").link("Découvrir") == "/decouvrir"


def test_without_a_course_it_still_says_what_croisee_is(app: Flask, client: StrictClient) -> None:
    page = client.see("/decouvrir")
    assert "cités éducatives" in page.text
    assert READ_FIRST_LESSON not in page.text
    assert page.link(SIGN_IN_LINK) == "/connexion"


# --- Search engines and link previews --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PREVIEWED)
def test_an_open_page_tells_what_it_is(visitor: StrictClient, path: str) -> None:
    page = visitor.see(path + "?q=1")
    metas = told(page)
    assert "robots" not in metas
    assert 60 <= len(metas["description"]) <= 220
    assert metas["og:description"] == metas["description"]
    assert metas["og:title"] == page.h1
    assert metas["canonical"] == metas["og:url"] == SITE + path
    assert metas["og:locale"] == "fr_FR"
    image = urlsplit(metas["og:image"])
    assert f"{image.scheme}://{image.netloc}" == SITE
    png = visitor.get(f"{image.path}?{image.query}").data
    assert struct.unpack(">II", png[16:24]) == (int(metas["og:image:width"]), int(metas["og:image:height"]))
    assert len(png) < 40_000


def test_at_the_door_it_names_its_own_address(visitor: StrictClient) -> None:
    assert told(visitor.see("/"))["canonical"] == f"{SITE}/decouvrir"


def test_an_address_that_a_request_claims_is_told_nowhere(site: World, visitor: StrictClient) -> None:
    set_to(site, site_url="")
    for path in PREVIEWED:
        page = visitor.get(path, base_url="http://evil.example")
        metas = told(visitor.page)
        assert "evil" not in page.text
        assert "canonical" not in metas
        assert "og:image" not in metas
        assert metas["og:title"]
    assert visitor.get("/robots.txt").text == "User-agent: *\nDisallow:\n"
    visitor.see("/sitemap.xml", 404)


def test_every_other_page_asks_to_be_left_alone(site: World, visitor: StrictClient) -> None:
    site.person()
    client = site.client()
    for reader, path in ((visitor, "/connexion"), (client, "/"), (client, "/lecons/un-a"), (client, "/lecons/un-b"), (client, "/modules/mod-un")):
        assert told(reader.see(path))["robots"] == "noindex"


def test_search_engines_are_given_the_open_pages(site: World, visitor: StrictClient) -> None:
    robots = visitor.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert robots.text.splitlines() == ["User-agent: *", "Disallow:", f"Sitemap: {SITE}/sitemap.xml"]
    listed = visitor.get("/sitemap.xml")
    assert listed.mimetype == "application/xml"
    found = [place.text for place in ElementTree.fromstring(listed.data).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]  # noqa: S314 — ours
    assert sorted(map(str, found)) == sorted(SITE + path for path in PREVIEWED)
    assert [visitor.get(str(place).removeprefix(SITE)).status_code for place in found] == [200] * len(PREVIEWED)


def test_and_none_where_the_site_is_not_open(closed: World, visitor: StrictClient) -> None:
    assert "<loc>" not in visitor.get("/sitemap.xml").text
    closed.person()
    for path in ("/decouvrir", "/glossaire", "/frise", "/reseau"):
        assert told(closed.client().see(path))["robots"] == "noindex"
