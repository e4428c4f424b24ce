"""The overview: its counts are the grid's, it names whom to call, and gives no average of few people."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.identity.models import Person
from app.platform.db import db
from app.reporting.overview.charts import ChartPicture, PictureRow, draw_picture
from app.reporting.overview.queries import STATES
from tests.record.world import words_of
from tests.reporting.conftest import SignIn

LEAVING = ("Inès Carpentier", "Louise Ternynck", "Gaëlle Six", "Corentin Verhaeghe", "Ouarda Meziane")
"""Five of the nine of Lille Sud."""


@pytest.mark.parametrize("name", ["aurelie.dussart", "marguerite.fauquembergue", "karim.haddouche", "thomas.delvigne"])
def test_each_count_is_that_of_the_grid_it_leads_to(as_: SignIn, name: str) -> None:
    client = as_(name)
    page = client.see("/pilotage/bilan")
    counts = next(each for each in page.all("dl") if each.get("class") == "counts")
    told = [(page.text_of(row.find("dd")), row.find("dt").find("a")) for row in counts.iter("div")]
    assert sum(int(value) for value, _link in told[1:5]) == int(told[0][0]) > 5
    for value, link in told[:6]:
        grid = client.see(str(link.get("href")))
        assert grid.text_of(grid.all("h2")[0]).split()[0] == value


def test_the_words_of_a_count_agree_with_it(as_: SignIn) -> None:
    """Of one cité: few people, some counts of one and of none."""
    one = {"personne inscrite", "n’a pas commencé", "avance", "a terminé", "dispensée d’une partie", "attestation délivrée"}
    several = {"personnes inscrites", "n’ont pas commencé", "avancent", "ont terminé", "dispensées d’une partie", "attestations délivrées"}
    page = as_("solene.wattiez").see("/pilotage/bilan")
    counts = next(each for each in page.all("dl") if each.get("class") == "counts")
    told = [(int(page.text_of(row.find("dd"))), page.text_of(row.find("dt"))) for row in counts.iter("div")]
    said = [(value < 2, words in one) for value, words in told if words in one | several]
    assert len(said) == 6
    assert all(single is agreed for single, agreed in said)
    assert {single for single, _ in said} == {True, False}


def test_each_part_is_one_click_from_the_head(as_: SignIn) -> None:
    page = as_("marguerite.fauquembergue").see("/pilotage/bilan?territoire=departement-nord&avec=t%3Adepartement-pas-de-calais")
    (parts,) = (each for each in page.all("nav") if each.get("aria-label") == "Sur cette page")
    titles = [page.text_of(title) for title in page.all("h2")]
    assert [page.text_of(link) for link in parts.iter("a")] == titles[titles.index("Les personnes à appeler") :]


def test_each_picture_has_its_sentence_and_its_table(as_: SignIn) -> None:
    page = as_("aurelie.dussart").see("/pilotage/bilan")
    figures = page.all("figure")
    assert len(figures) >= 4
    for figure in figures:
        assert any("svg" in str(each.tag) for each in figure.iter())
        assert list(figure.iter("table"))


def test_a_picture_of_an_unknown_kind_is_an_error_and_not_weeks() -> None:
    unknown: Any = "cloud"
    rows = (PictureRow("Semaine 1", (Decimal(1),), ("1",)),)
    with pytest.raises(KeyError):
        draw_picture(ChartPicture("id", unknown, "Titre", "Phrase.", ("Semaine", "Personnes"), rows))


def test_of_few_people_it_is_said_where_they_stand_on_the_screen_alone_and_no_mean_anywhere(as_: SignIn, app: Flask) -> None:
    """Their reader finds each of them in the grid; a file goes to others."""
    with app.app_context():
        for name in LEAVING:
            db.session.scalars(select(Person).where(Person.name == name)).one().active = False
        db.session.commit()
    client = as_("solene.wattiez")
    page = client.see("/pilotage/bilan")
    modules = next(each for each in page.all("section") if each.get("aria-labelledby") == "modules")
    lines = [words for line in modules.iter("li") if (words := page.text_of(line).replace("\u00a0", " ").replace("\u202f", " "))]
    assert len(lines) >= 5
    assert [line for line in lines if not re.search(r", 4 personnes : .*(terminé|en cours|pas commencé)", line)] == []
    assert "%" not in words_of(page)
    assert "Télécharger ce dessin" not in page.text
    assert "désignerait quelqu’un" in client.see("/pilotage/dessins/situations", 422).text
    printed = PdfReader(io.BytesIO(client.get("/pilotage/comite.pdf").get_data())).pages[0].extract_text()
    assert "%" not in printed


FILTERS = (
    "territoire=departement-nord",
    "cohorte=1",
    "territoire=departement-nord&module=education-prioritaire&depuis=2026-09-01",
    "fait=termine&depuis=2026-01-01",
)


@pytest.mark.parametrize("chosen", FILTERS)
def test_one_filter_for_the_overview_and_the_grid(as_: SignIn, chosen: str) -> None:
    client = as_("aurelie.dussart")
    page = client.see(f"/pilotage/bilan?{chosen}")
    counts = next(each for each in page.all("dl") if each.get("class") == "counts")
    for row in list(counts.iter("div"))[:5]:
        grid = client.see(str(row.find("dt").find("a").get("href")))
        assert grid.text_of(grid.all("h2")[0]).split()[0] == page.text_of(row.find("dd"))


def test_from_each_drawing_to_its_people(as_: SignIn) -> None:
    """Each link leads to a grid that holds somebody; those of the shares and of the weeks to as many as are told."""
    client = as_("aurelie.dussart")
    page = client.see("/pilotage/bilan?depuis=2026-01-01")
    lines = [each for each in page.all("p") if "picture-links" in str(each.get("class"))]
    assert len(lines) >= 4
    for line in lines:
        links = [link for link in line.iter("a") if "/dessins/" not in str(link.get("href"))]
        assert links
        for link in links[:3]:
            grid = client.see(str(link.get("href")))
            assert int(grid.text_of(grid.all("h2")[0]).split()[0]) > 0, link.get("href")
    started = next(link for link in page.all("a") if page.text_of(link) == "ont commencé")
    grid = client.see(str(started.get("href")))
    assert f"{grid.text_of(grid.all('h2')[0]).split()[0]} personnes ont commencé" in words_of(page)


def test_two_side_by_side(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    page = client.see("/pilotage/bilan?territoire=departement-nord&avec=t:departement-aisne")
    table = next(each for each in page.all("table") if "Nord et Aisne" in page.text_of(each))
    rows = [[page.text_of(cell) for cell in row] for row in table.iter("tr")]
    assert rows[0][1:] == ["Nord", "Aisne"]
    for place, name in enumerate(("departement-nord", "departement-aisne"), 1):
        grid = client.see(f"/pilotage/grille?territoire={name}&parcours=acculturation")
        assert rows[1][place] == grid.text_of(grid.all("h2")[0]).split()[0]
    assert "Côte à côte" in client.see("/pilotage/bilan?avec=c:1").text
    for nonsense in ("t:nulle-part", "c:99", "c:x", "x"):
        client.see(f"/pilotage/bilan?avec={nonsense}", 404)
    as_("solene.wattiez").see("/pilotage/bilan?avec=t:departement-aisne", 404)


def test_a_day_that_is_none_is_refused_and_kept(as_: SignIn) -> None:
    page = as_("aurelie.dussart").see("/pilotage/bilan?depuis=demain", 422)
    assert "n’est pas une date" in page.text
    assert 'value="demain"' in page.html


def test_a_cite_without_anybody_says_whom_to_write_to(as_: SignIn) -> None:
    page = as_("aurelie.dussart").see("/pilotage/bilan")
    empty = next(each for each in page.all("section") if each.get("aria-labelledby") == "sans-personne")
    lines = [page.text_of(line) for line in empty.iter("li")]
    tiles = [each for each in page.all("li") if each.get("class") == "tile-empty"]
    assert len(lines) == len(tiles) > 0
    assert any("Karim Haddouche" in line or "Marguerite Fauquembergue" in line for line in lines)
    assert all(" : " in line.replace("\u202f", " ").replace("\u00a0", " ") for line in lines)


def test_a_target_of_a_cohort_is_set_with_it_and_told(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    client.see("/administration/cohortes/1")
    assert "donnez les deux" in client.submit("Enregistrer", 422, target_people="20", target_on="").text
    client.submit("Enregistrer", target_people="20", target_on="2030-06-30")
    page = client.see("/pilotage/bilan")
    assert "sur 20 visées pour le 30 juin 2030" in words_of(page)
    assert "parmi celles que vous suivez" in words_of(as_("solene.wattiez").see("/pilotage/bilan")), "whom one may not see is not counted"


@pytest.mark.parametrize("reader", ["aurelie.dussart", "marguerite.fauquembergue", "solene.wattiez"])
def test_a_drawing_is_a_file_of_its_own(as_: SignIn, reader: str) -> None:
    """Of a cité, where fewer than five people are at a standstill, « Où l’on s’arrête » is seen and not offered."""
    client = as_(reader)
    page = client.see("/pilotage/bilan")
    for link in [link for link in page.all("a") if "/dessins/" in str(link.get("href"))]:
        response = client.get(str(link.get("href")))
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert "attachment" in response.headers["Content-Disposition"]
        root = ElementTree.fromstring(response.get_data())  # noqa: S314 — our own
        assert [each.tag.rpartition("}")[2] for each in root][:2] == ["title", "desc"]
        text = response.get_data(as_text=True)
        assert not re.search(r"class=|style=|<script|href=", text)
    client.see("/pilotage/dessins/inconnu", 404)


def test_at_most_five_people_to_call_each_with_a_reason_and_a_page(as_: SignIn) -> None:
    client = as_("marguerite.fauquembergue")
    page = client.see("/pilotage/bilan")
    calls = next(each for each in page.all("ol") if "calls" in str(each.get("class")))
    rows = list(calls.iter("li"))
    assert 3 <= len(rows) <= 5
    for row in rows:
        name, reason = (page.text_of(each) for each in row.iter("p"))
        assert (reason[-1], reason[0].isupper(), name in reason) == (".", True, False)
        assert client.get(str(next(row.iter("a")).get("href"))).status_code == 200


def test_every_cite_of_the_scope_has_its_tile_under_its_departement(as_: SignIn) -> None:
    page = as_("aurelie.dussart").see("/pilotage/bilan")
    lists = [each for each in page.all("ul") if each.get("class") == "tiles"]
    tiles = [page.text_of(each) for one in lists for each in one.iter("li")]
    assert (len(lists), len(tiles)) == (5, 34)
    assert {words for tile in tiles for words in STATES.values() if tile.endswith(words)} == set(STATES.values())
    nord = as_("karim.haddouche").see("/pilotage/bilan")
    assert [nord.text_of(each) for each in nord.all("h3")] == ["Nord"]


def test_a_reader_of_one_territory_is_not_asked_which(as_: SignIn) -> None:
    """Nor to compare it with itself; their cohorts stay a choice."""
    names = {field.get("name") for address in ("/pilotage/bilan", "/pilotage/grille") for field in as_("solene.wattiez").see(address).all("select")}
    assert "territoire" not in names
    assert "cohorte" in names
    page = as_("solene.wattiez").see("/pilotage/bilan")
    assert "t:cite-lille-sud" not in {option.get("value") for option in page.all("option")}
    assert "territoire" in {field.get("name") for field in as_("marguerite.fauquembergue").see("/pilotage/bilan").all("select")}


def test_one_cite_alone_is_no_map(as_: SignIn) -> None:
    page = as_("solene.wattiez").see("/pilotage/bilan")
    assert "Les cités éducatives" not in [page.text_of(each) for each in page.all("h2")]


@pytest.mark.parametrize("name", ["ines.carpentier"])
def test_a_learner_has_none_of_it(as_: SignIn, name: str) -> None:
    client = as_(name)
    for path in ("/pilotage/bilan", "/pilotage/grille", "/pilotage", "/pilotage/personnes/1", "/pilotage/grille.csv", "/pilotage/grille.xlsx"):
        client.see(path, 404)
