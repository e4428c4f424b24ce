"""The overview: its counts are the grid's, it names whom to call, and gives no average of few people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.identity.models import Person
from app.identity.sign_in.permissions import PERMISSIONS
from app.reporting.overview.charts import Picture, PictureRow
from app.reporting.overview.charts_svg import drawn
from app.reporting.overview.map import STATES
from tests.identity.builders import statements
from tests.reporting.conftest import SignIn

LEAVING = ("Inès Carpentier", "Louise Ternynck", "Gaëlle Six", "Corentin Verhaeghe", "Ouarda Meziane")
"""Five of the nine of Lille Sud."""


@pytest.mark.parametrize("name", ["aurelie.dussart", "marguerite.fauquembergue", "karim.haddouche", "thomas.delvigne"])
def test_each_count_is_that_of_the_grid_it_leads_to(as_: SignIn, name: str) -> None:
    client = as_(name)
    page = client.see("/pilotage")
    counts = next(each for each in page.all("dl") if each.get("class") == "counts")
    told = [(page.text_of(row.find("dd")), row.find("dt").find("a")) for row in counts.iter("div")]
    assert sum(int(value) for value, _link in told[1:5]) == int(told[0][0]) > 5
    for value, link in told[:5]:
        grid = client.see(str(link.get("href")))
        assert grid.text_of(grid.all("h2")[0]).split()[0] == value


def test_each_picture_has_its_sentence_and_its_table(as_: SignIn) -> None:
    page = as_("aurelie.dussart").see("/pilotage")
    figures = page.all("figure")
    assert len(figures) >= 4
    for figure in figures:
        assert any("svg" in str(each.tag) for each in figure.iter())
        assert list(figure.iter("table"))


def test_a_picture_of_an_unknown_kind_is_an_error_and_not_weeks() -> None:
    unknown: Any = "cloud"
    rows = (PictureRow("Semaine 1", (Decimal(1),), ("1",)),)
    with pytest.raises(KeyError):
        drawn(Picture("id", unknown, "Titre", "Phrase.", ("Semaine", "Personnes"), rows))


def test_few_people_get_no_average_but_are_named_where_they_wait(as_: SignIn, app: Flask) -> None:
    with app.app_context():
        for name in LEAVING:
            db.session.scalars(select(Person).where(Person.name == name)).one().active = False
        db.session.commit()
    page = as_("solene.wattiez").see("/pilotage")
    assert not page.all("figure")
    assert "Moins de 5 personnes" in page.text
    assert "Avancement moyen" not in page.text
    assert "Nassim Belhadj" in page.text


def test_at_most_five_people_to_call_each_with_a_reason_and_a_page(as_: SignIn) -> None:
    client = as_("marguerite.fauquembergue")
    page = client.see("/pilotage")
    calls = next(each for each in page.all("ol") if "calls" in str(each.get("class")))
    rows = list(calls.iter("li"))
    assert 3 <= len(rows) <= 5
    for row in rows:
        name, reason = (page.text_of(each) for each in row.iter("p"))
        assert (reason[-1], reason[0].isupper(), name in reason) == (".", True, False)
        assert client.get(str(next(row.iter("a")).get("href"))).status_code == 200


def test_every_cite_of_the_scope_has_its_tile_under_its_departement(as_: SignIn) -> None:
    page = as_("aurelie.dussart").see("/pilotage")
    lists = [each for each in page.all("ul") if each.get("class") == "tiles"]
    tiles = [page.text_of(each) for one in lists for each in one.iter("li")]
    assert (len(lists), len(tiles)) == (5, 32)
    assert {words for tile in tiles for words in STATES.values() if tile.endswith(words)} == set(STATES.values())
    nord = as_("karim.haddouche").see("/pilotage")
    assert [nord.text_of(each) for each in nord.all("h3")] == ["Nord"]


def test_one_cite_alone_is_no_map(as_: SignIn) -> None:
    page = as_("solene.wattiez").see("/pilotage")
    assert "Les cités éducatives" not in [page.text_of(each) for each in page.all("h2")]


def test_few_statements(as_: SignIn, app: Flask) -> None:
    client = as_("aurelie.dussart")
    with statements(app) as sent:
        client.see("/pilotage")
    assert len(sent) < 12, sent


@pytest.mark.parametrize("name", ["ines.carpentier"])
def test_a_learner_has_none_of_it(as_: SignIn, name: str) -> None:
    client = as_(name)
    for path in ("/pilotage", "/pilotage/grille", "/pilotage/demandes", "/pilotage/personnes/1", "/pilotage/grille.csv", "/pilotage/grille.xlsx"):
        client.see(path, 404)
    assert any(endpoint.startswith("reporting.") for endpoint in PERMISSIONS)
