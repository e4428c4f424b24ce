"""The glossary and the timeline: order, letters, dates in words, the filter by history."""

from __future__ import annotations

import pytest

from app.content.values.text import History
from app.reference.glossary import letter_of
from app.reference.timeline import date_words
from tests.learning.world import World, words_of

GLOSSARY = """PRE
: programme de réussite éducative. Un accompagnement individuel.

École
: Le lieu où l'on apprend.

REP
: réseau d'éducation prioritaire. Des écoles et un collège.

Education
: Un mot écrit sans accent.
"""
TIMELINE = """- 1981-07-01 · éducation prioritaire · La circulaire des ZEP.
- 1977 · politique de la ville · Habitat et vie sociale.
- 1998-07 · éducation prioritaire + politiques éducatives locales · Un croisement.
- 2014-02-21 · politique de la ville · La loi Lamy.
"""


@pytest.fixture
def words(world: World) -> World:
    world.publish(("modules/glossaire.md", GLOSSARY), ("modules/frise.md", TIMELINE))
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
    city = words_of(client.see(f"/frise?histoire={History.CITY}"))
    assert "La loi Lamy" in city
    assert "La circulaire des ZEP" not in city
    local = words_of(client.see(f"/frise?histoire={History.LOCAL}&histoire=nulle"))
    assert "Un croisement" in local
    assert "La loi Lamy" not in local
