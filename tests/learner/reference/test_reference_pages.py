"""The glossary, the timeline and the resources: order, letters, dates in words, the filters, how light they are."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext, Locator
from playwright.sync_api import Page as Tab

from app.content.values.course import MOST_LINES
from app.learner.reference.catalogue import FIRST, resources_page
from app.learner.reference.pages import glossary_page, letter_of, rows, timeline_page
from app.platform.french import date_words
from app.platform.web.edge import LEVEL
from tests.browsers import arrive
from tests.course import the_course
from tests.learner.reference.toolbox.toolbox import text as tool
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import Page as Parsed
from tests.words import NOTHING_MATCHES

GLOSSARY = """PRE
: programme de réussite éducative. Un accompagnement individuel.

École
: Le lieu où l'on apprend.

REP
: réseau d'éducation prioritaire. Des écoles et [un collège](https://example.org/college).

Education
: Un mot écrit sans accent.
"""
TIMELINE = """- 1981-07-01 · éducation prioritaire · La circulaire des ZEP.
- 1977 · politique de la ville · Habitat et vie sociale.
- 1998-07 · éducation prioritaire + politiques éducatives locales · Un croisement.
- 2014-02-21 · politique de la ville · La loi Lamy.
"""
SOURCES = """[^une]: Un collège change, Le Journal, 2024, <https://example.org/une> (catégorie : presse ; lu : extrait ; vérifié : 2026-11)
[^loi]: Loi d'un jour, Légifrance, 2014, <https://example.org/loi> (catégorie : texte officiel ; lu : copie ; vérifié : 2026-11 ; à revoir : 2027-11)
[^page]: Le réseau, Une ville, s. d., <https://example.org/page> (catégorie : page officielle ; lu : original ; vérifié : 2026-10)
"""

SHELF = """## Un guide {#guide-d-essai}

type : guide
thèmes : budget
lien : https://example.org/guide

À lire.
"""


@pytest.fixture
def words(world: World) -> World:
    world.publish(courses.COVER, ("modules/glossaire.md", GLOSSARY), ("modules/frise.md", TIMELINE), ("modules/sources.md", SOURCES))
    world.publish(courses.module("le-module", ["la-lecon"]), courses.lesson("la-lecon", title="Une leçon du préfet", body="Un fait.[^loi] Un autre.[^une]"))
    world.person()
    return world


def test_the_glossary_is_in_the_order_of_a_french_dictionary(words: World) -> None:
    page = words.client().see("/glossaire")
    terms = [page.text_of(term) for term in page.all("dt")]
    assert [term.split()[0] for term in terms] == ["École", "Education", "PRE", "REP"]
    assert [page.text_of(heading) for heading in page.all("h2")][:3] == ["E", "P", "R"]


@pytest.mark.parametrize(("term", "letter"), [("État", "E"), ("œuvre", "#"), ("800 collèges", "#"), ("  REP", "R"), ("ça", "C")])
def test_the_letter_of_a_term(term: str, letter: str) -> None:
    assert letter_of(term) == letter


@pytest.mark.parametrize(
    ("when", "words_"), [("1981", "1981"), ("1981-07", "juillet 1981"), ("1981-07-01", "1er\u00a0juillet 1981"), ("2014-02-21", "21\u00a0février 2014")]
)
def test_dates_in_words(when: str, words_: str) -> None:
    assert date_words(when) == words_


def test_the_timeline_is_in_order_by_decade_and_filtered_by_history(words: World) -> None:
    client = words.client()
    page = words_of(client.see("/frise"))
    places = [page.index(text) for text in ("Habitat et vie sociale", "La circulaire des ZEP", "Un croisement", "La loi Lamy")]
    assert places == sorted(places)
    assert all(f"Années {decade}" in page for decade in ("1970", "1980", "1990", "2010"))
    city = words_of(client.see("/frise?histoire=politique-de-la-ville"))
    assert "La loi Lamy" in city
    assert "La circulaire des ZEP" not in city
    local = words_of(client.see("/frise?histoire=politiques-educatives-locales&histoire=nulle"))
    assert "Un croisement" in local
    assert "La loi Lamy" not in local


# --- What one looks for ----------------------------------------------------------------------------------------------

QUERIES = (
    "rep",
    "pr",
    "programme",
    "rep+",
    "  École ",
    "l'ecole",
    "reseau educ",
    "accompagnement",
    "rien de tel",
    "1981",
    "juillet",
    "circulaire zep",
    "un",
    "college",
    "externe",
    "?",
)


def shown(page: Parsed) -> list[str]:
    """The ids of the entries that the page does not hide."""
    return [
        one.get("id") for one in [*page.all("div"), *page.all("li")] if one.get("id") and not one.get("id").startswith("note-") and one.get("hidden") is None
    ]


def test_the_glossary_is_filtered_by_names_first_then_by_definitions(words: World) -> None:
    client = words.client()
    everything = shown(client.see("/glossaire"))
    assert len(everything) == 4
    page = client.see("/glossaire?q=R%C3%A9seau")
    assert [page.text_of(one.find("dt")).split()[0] for one in page.all("div") if one.get("id") in shown(page)] == ["REP"]
    assert "1\u00a0entrée sur 4." in page.html
    assert {one.get("id") for one in page.all("div")} >= set(everything), "hidden, not absent: their addresses lead to them"
    assert "Aucun nom ne correspond. 1 définition en parle." in client.see("/glossaire?q=accompagnement").text
    assert shown(client.see("/glossaire?q=college")) == ["rep"]
    assert shown(client.see("/glossaire?q=externe")) == [], "what is only said of a link is no word of the entry"
    none = client.see("/glossaire?q=zzz")
    assert NOTHING_MATCHES in none.text
    assert shown(client.see(none.link("Tout montrer"))) == everything
    assert all(jump.get("hidden") is not None for jump in none.all("li") if "Lettre" in (jump[0].get("aria-label") or ""))


def test_the_timeline_is_filtered_by_words_dates_and_histories_at_once(words: World) -> None:
    client = words.client()
    assert shown(client.see("/frise?q=juillet")) == ["1981-07-01", "1998-07"]
    assert shown(client.see("/frise?q=juillet&histoire=education-prioritaire")) == ["1981-07-01", "1998-07"]
    assert shown(client.see("/frise?q=zep&histoire=politique-de-la-ville")) == []
    page = client.submit("/frise", 200, follow=False, q="lamy", histoire=None)
    assert shown(page) == ["2014-02-21"]


def test_each_source_says_what_was_read_and_who_cites_it(words: World) -> None:
    page = words.client().see("/ressources?categorie=sources")
    assert shown(page) == ["loi", "page"], "the official ones come first"
    law, other = (page.text_of(one) for one in page.all("li") if one.get("id") in ("loi", "page"))
    assert "(texte officiel, lu dans une copie, vérifié en novembre 2026)" in law.replace("\u00a0", " ")
    assert "Citée dans Une leçon du préfet" in law
    assert "(page officielle, vérifié en octobre 2026)" in other.replace("\u00a0", " ")
    assert "Citée" not in other


def test_sources_are_filtered_by_category_then_by_their_words_then_by_what_cites_them(words: World) -> None:
    client = words.client()
    everything = client.see("/ressources?categorie=sources&categorie=presse")
    assert shown(everything) == ["loi", "page", "une"]
    assert "lu en partie" in everything.text
    assert shown(client.see("/ressources?categorie=presse&categorie=nulle")) == ["une"]
    assert shown(client.see("/ressources?categorie=sources&q=copie")) == ["loi"]
    assert shown(client.see("/ressources?categorie=sources&q=externe")) == []
    assert "1\u00a0source est citée dans une leçon de ce nom." in client.see("/ressources?categorie=sources&q=prefet").html


def test_the_catalogue_opens_with_what_serves_and_leaves_the_sources_unticked(words: World) -> None:
    words.publish(("modules/outils/01-essai.md", tool()), ("modules/bibliotheque.md", SHELF))
    client = words.client()
    page = client.see("/ressources")
    assert [page.text_of(each) for each in page.all("h2")] == ["Outils", "Documents", "Synthèses"]
    assert {"ressource-carnet-d-essai", "ressource-guide-d-essai"} < set(shown(page))
    assert "loi" not in shown(page)
    ticked = {box.get("value"): box.get("checked") is not None for box in page.all("input") if box.get("type") == "checkbox"}
    assert ticked == {"outils": True, "documents": True, "syntheses": True, "textes-officiels": False, "pages-officielles": False, "presse": False}
    assert shown(client.see("/ressources?categorie=outils")) == ["ressource-carnet-d-essai"]
    assert shown(client.see("/ressources?categorie=nulle")) == shown(page)
    assert shown(client.see("/ressources?q=budget")) == ["ressource-guide-d-essai"], "by its theme"
    client.see("/ressources")
    assert shown(client.submit("Filtrer", 200, follow=False, categorie="presse")) == ["une"]


@pytest.mark.browser
def test_what_is_ticked_shows_at_once_and_what_is_not_there_is_asked(words: World, context: BrowserContext, live: str) -> None:
    words.publish(("modules/outils/01-essai.md", tool()), ("modules/bibliotheque.md", SHELF))
    tab = arrive(context, f"{live}/connexion?next=/ressources")
    tab.get_by_role("checkbox", name="Outils").uncheck()
    tab.get_by_role("checkbox", name="Synthèses").uncheck()
    seen = what_is_seen(tab)
    assert seen[0] == ["ressource-guide-d-essai"]
    tab.reload()
    assert what_is_seen(tab) == seen
    tab.locator("summary", has_text="Sources du cours").click()
    tab.get_by_role("checkbox", name="Presse").check()
    tab.locator("#une").wait_for()
    assert what_is_seen(tab)[0] == ["ressource-guide-d-essai", "une"]


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/glossaire", "/frise", "/ressources?categorie=presse&categorie=textes-officiels&categorie=pages-officielles"])
def test_what_is_filtered_as_one_types_is_what_the_server_finds(words: World, context: BrowserContext, live: str, path: str) -> None:
    tab = arrive(context, f"{live}/connexion?next={path}")
    typed = []
    for query in QUERIES:
        tab.locator("#filtre").fill(query)
        typed.append((query, tab.evaluate("location.href"), what_is_seen(tab)))  # the address follows what is typed
    for query, address, seen in typed:
        tab.goto(address)
        assert what_is_seen(tab) == seen, query


def what_is_seen(tab: Tab) -> tuple[Any, ...]:
    entries, jumps = tab.locator(".glossary > div:visible, .rails > li:visible, .sources > li:visible"), tab.locator(".jumps li:visible a")
    return all_of(entries, "id"), tab.locator("#trouve").inner_text(), all_of(jumps, "textContent")


def all_of(elements: Locator, what: str) -> Any:
    return elements.evaluate_all(f"all => all.map((one) => one.{what})")


# --- Side by side, and light -----------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(0, MOST_LINES - 1), min_size=1, max_size=MOST_LINES)))
def test_on_each_line_time_goes_down_and_nothing_covers_anything(spans: list[list[int]]) -> None:
    taken: set[tuple[int, int]] = set()
    reached = [0] * MOST_LINES
    for span, row in zip(spans, rows(spans), strict=True):
        for line in range(min(span), max(span) + 1):
            assert row > reached[line]
            assert (line, row) not in taken
            taken.add((line, row))
            reached[line] = row
        assert row == 1 or any((line, row - 1) in taken for line in range(min(span), max(span) + 1)), "no higher than it can"


def test_a_date_on_a_line_that_no_course_has_stands_first_in_its_draft() -> None:
    assert rows([[], [0], []]) == [1, 2, 3]


MOST = 40_000
"""Bytes on the wire of the longest pages, compressed."""
MENU = 860
"""What the header of whoever is signed in adds to that of nobody."""


def test_the_course_s_own_pages_are_light_and_their_rows_have_a_place(app: Flask) -> None:
    course, day = the_course.course(), date(2026, 11, 24)
    timeline = timeline_page(course, (), day)
    settings = app.config["CROISEE"]
    pages = [("glossary", glossary_page(course, day)), ("timeline", timeline)]
    with app.test_request_context("/"):
        kinds = [anchor for anchor, *_ in resources_page(course, settings, (), day).sources]
        pages += [("resources", resources_page(course, settings, (chosen,), day)) for chosen in ("", "sources", *kinds)]
        assert resources_page(course, settings, ("sources",), day).count <= FIRST
    for name, page in pages:
        with app.test_request_context("/"):
            html = render_template(f"learner/reference/{name}.html", page=page, query="", found=None)
        assert len(gzip.compress(html.encode(), LEVEL)) < MOST - MENU, name
    sheet = (Path(app.root_path) / "static" / "css" / "learning" / "timeline.css").read_text(encoding="utf-8")
    assert all(f".row-{item.row} {{" in sheet for decade in timeline.decades for item in decade.items)


@pytest.mark.browser
def test_three_lines_side_by_side_or_one_list(words: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/connexion?next=/frise")
    left = "element => element.getBoundingClientRect().left"
    places = [f'[id="{one}"] .rail-text' for one in ("1977", "1981-07-01", "2014-02-21")]
    city, priority, later = (tab.locator(place).evaluate(left) for place in places)
    assert city == later < priority - 300
    tab.set_viewport_size({"width": 690, "height": 900})
    assert len({tab.locator(place).evaluate(left) for place in places}) == 1
