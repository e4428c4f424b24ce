"""A site that is served under a prefix: whatever a page holds leads, asks and sends under it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from app.identity import emails
from app.platform.web.edge import path_of, prefix_addresses, public_address
from tests.learner.reference.library.library_pages import PATH, TEXT, keep
from tests.learner.reference.toolbox.toolbox import text as tool
from tests.learner.visitors.conftest import SHOWN, set_to, site
from tests.record import courses
from tests.record.conftest import clock, empty
from tests.record.world import World
from tests.strict import Page, StrictClient

__all__ = ["clock", "empty", "site"]

PREFIX = "/croisee"
CITING = """Voir [le document](seance-2022#la-suite), ![](guide-d-essai), [la cité](reseau#cite-lens), [le mot](glossaire), [l'outil](carnet-d-essai).

Le REP est un réseau.

![](seance-2022)
"""


@pytest.fixture
def prefixed_site(site: World) -> World:
    shelf = TEXT.replace("territoires : Hauts-de-France", "territoires : Lens")
    keep(site, (PATH, shelf), ("modules/outils/01-essai.md", tool()), courses.lesson("un-b", body=CITING), seance__mp3=b"0123" * 99)
    return site


def addresses(page: Page) -> Iterator[str]:
    for element in page.tree.iter():
        for name in ("href", "src", "action", "formaction", "poster"):
            if isinstance(element.tag, str) and element.get(name) and not urlsplit(element.get(name)).scheme and element.get(name)[0] != "#":
                yield element.get(name)


def crawled(client: StrictClient, *begin: str) -> set[str]:
    """The paths of the pages that links lead to, each page's addresses checked on the way."""
    waiting, seen = list(begin), set(begin)
    while waiting:
        path = waiting.pop()
        response = client.get(path, base_url=f"http://localhost{PREFIX}/")
        assert urlsplit(response.headers.get("Location", PREFIX)).path.startswith(PREFIX), path
        assert response.status_code < 400, path
        if response.mimetype != "text/html" or response.status_code != 200:
            continue
        found = list(addresses(client.page))
        assert [address for address in found if not address.startswith((f"{PREFIX}/", f"{PREFIX}?"))] == [], path
        assert [address for address in found if address.startswith(PREFIX * 2)] == [], path
        links = {element.get("href", "") for element in client.page.tree.iter("a")}
        there = {urlsplit(link).path.removeprefix(PREFIX) for link in links if link.startswith(PREFIX)}
        waiting += there - seen
        seen |= there
    return seen


def test_whatever_a_learner_meets_begins_with_the_prefix(prefixed_site: World) -> None:
    prefixed_site.person()
    client = prefixed_site.client()
    client.see("/lecons/un-b")  # what is rendered for a request without prefix is kept for the next one
    assert 'href="/reseau/lens"' in client.see("/reseau").html
    seen = crawled(client, "/", f"/media/{SHOWN}.png")
    pages = {"/modules/mod-un", "/lecons/un-a", "/lecons/un-b", "/quiz/un-a-quiz", "/reseau", "/reseau/lens", "/ressources", "/bibliotheque/seance-2022"}
    pages |= {"/bibliotheque/guide-d-essai", "/outils/carnet-d-essai", "/glossaire", "/frise", "/rencontres", "/progression"}
    assert pages <= seen
    assert 'href="/reseau/lens"' in client.see("/reseau").html


def test_a_quiz_is_taken_under_the_prefix(prefixed_site: World) -> None:
    prefixed_site.person()
    client = prefixed_site.client()
    client.get("/quiz/un-a-quiz", base_url=f"http://localhost{PREFIX}/")
    form = client.page.form("Commencer")
    begun = client.post(form["action"].removeprefix(PREFIX), data=form["fields"], base_url=f"http://localhost{PREFIX}/")
    assert begun.status_code == 303
    question = urlsplit(begun.headers["Location"]).path
    assert question.startswith(f"{PREFIX}/")
    crawled(client, question.removeprefix(PREFIX))


def test_whatever_a_visitor_meets_begins_with_the_prefix(prefixed_site: World) -> None:
    client = prefixed_site.app.test_client()
    assert isinstance(client, StrictClient)
    seen = crawled(client, "/decouvrir", "/", "/lecons/un-b")
    assert {"/lecons/un-a", "/glossaire", "/frise", "/reseau", "/reseau/lens", "/rencontres", "/connexion"} <= seen


@pytest.mark.parametrize("root", ["", PREFIX])
def test_what_is_told_elsewhere_begins_with_the_address_of_the_site_wherever_it_is_written(prefixed_site: World, root: str) -> None:
    set_to(prefixed_site, site_url=f"https://territoires.example{root}")
    app, settings = prefixed_site.app, prefixed_site.app.config["CROISEE"]
    with app.app_context():
        assert emails.link(settings, "abc") == f"https://territoires.example{root}/mot-de-passe-oublie/abc"
    with app.test_request_context(base_url=f"http://localhost{root}/"):
        assert emails.link(settings, "abc") == f"https://territoires.example{root}/mot-de-passe-oublie/abc"
        assert public_address(path_of("cites.cite", cite_id="lens")) == f"https://territoires.example{root}/reseau/lens"
    page = app.test_client().get("/lecons/un-a", base_url=f"http://localhost{root}/").text
    assert f'<link rel="canonical" href="https://territoires.example{root}/lecons/un-a">' in page
    assert f'content="https://territoires.example{root}/static/' in page


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/lecons/x#y">', '<a href="/croisee/lecons/x#y">'),
        ('<img alt="" src="/media/a.png">', '<img alt="" src="/croisee/media/a.png">'),
        ('<a href="/croisee/lecons/x"><a href="/croisee">', '<a href="/croisee/lecons/x"><a href="/croisee">'),
        ('<a href="/croiseement">', '<a href="/croisee/croiseement">'),
        ('<a href="//ailleurs.example/x"><a href="https://ailleurs.example/"><a href="#a"><a href="?q=1">',) * 2,
        ("<p>href=&#34;/lecons/x&#34;</p>",) * 2,
    ],
)
def test_only_addresses_of_the_site_without_it_get_the_prefix(prefixed_site: World, html: str, expected: str) -> None:
    with prefixed_site.app.test_request_context(base_url=f"http://localhost{PREFIX}/"):
        assert prefix_addresses(html) == expected
    with prefixed_site.app.test_request_context():
        assert prefix_addresses(html) == html
