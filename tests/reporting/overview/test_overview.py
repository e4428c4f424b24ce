"""« Bilan »: its figures are the grid's and move with the period, its pictures conclude and lead to people, and no average is given of few."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.identity.models import Person
from app.platform import clock
from app.platform.db import db
from tests.record.world import words_of
from tests.reporting.conftest import SignIn
from tests.reporting.ledger import learners
from tests.strict import Page, StrictClient

LEAVING = ("Inès Carpentier", "Louise Ternynck", "Gaëlle Six", "Corentin Verhaeghe", "Ouarda Meziane")
"""Five of the nine of Lille Sud."""


def figures_of(page: Page) -> list[tuple[int, str, Any]]:
    """(value, words, link) of each."""
    counts = next(each for each in page.all("dl") if each.get("class") == "counts")
    return [(int(page.text_of(row.find("dd"))), page.text_of(row.find("dt")), row.find("dt").find("a")) for row in counts.iter("div")]


def found(page: Page) -> int:
    """How many people a grid says that it found."""
    return int(re.match(r"\d*", page.text_of(next(each for each in page.all("h2") if each.get("id") == "personnes")))[0] or 0)  # type: ignore[index]


def counted(client: StrictClient, link: Any) -> int:
    return found(client.see(str(link.get("href"))))


PERIODS = ("", "?depuis=2026-09-01", "?jusque=2026-09-30", "?depuis=2026-06-01&jusque=2026-08-31")


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("name", ["aurelie.dussart", "karim.haddouche", "thomas.delvigne", "solene.wattiez"])
def test_each_figure_is_that_of_the_grid_it_leads_to(as_: SignIn, name: str, period: str) -> None:
    client = as_(name)
    figures = [each for each in figures_of(client.see(f"/pilotage/bilan{period}")) if each[2] is not None and "#" not in str(each[2].get("href"))]
    assert len(figures) == (3 if "jusque" in period else 4), "nobody knows any more who was late"
    assert figures[0][0] > 0
    for value, words, link in figures:
        assert counted(client, link) == value, words


def test_the_movement_of_a_period_is_that_of_the_ledger_and_of_the_one_before(as_: SignIn, app: Flask) -> None:
    since, until = date(2026, 9, 1), date(2026, 9, 30)
    earlier = since - timedelta(days=30), since - timedelta(days=1)
    page = as_("aurelie.dussart").see(f"/pilotage/bilan?depuis={since}&jusque={until}&parcours=acculturation")
    started, finished = ([int(one) for one in re.findall(r"[+-]\d+", words)] for _value, words, _link in figures_of(page)[1:3])
    with app.app_context():
        people = [one for one in learners(db.session, clock.now()) if one.path == "acculturation"]
    assert started == [sum(one.began_within(*days) for one in people) for days in ((since, until), earlier)]
    assert finished == [sum(one.finished_within(*days) for one in people) for days in ((since, until), earlier)]
    assert min(started[0], finished[0]) > 0


def test_the_period_changes_what_is_on_the_screen(as_: SignIn) -> None:
    client = as_("marguerite.fauquembergue")
    pages = [client.see(f"/pilotage/bilan{period}") for period in PERIODS]
    assert len({str([each[:2] for each in figures_of(page)]) for page in pages}) == len(PERIODS)
    for name in ("situations", "semaines"):
        assert len({words_of_section(page, name) for page in pages}) >= 3, name


def words_of_section(page: Page, name: str) -> str:
    return page.text_of(next(each for each in page.all("section") if each.get("aria-labelledby") == name))


def test_the_words_of_a_figure_agree_with_it(as_: SignIn) -> None:
    """Of one cité: few people, some counts of one and of none."""
    said = {1: "a terminé", 0: "a terminé"}
    for period in PERIODS:
        for value, words, _link in figures_of(as_("solene.wattiez").see(f"/pilotage/bilan{period}")):
            if "terminé" in words:
                assert words.startswith(said.get(value, "ont terminé"))


def test_four_pictures_conclude_and_their_data_are_tables_behind_one_control(as_: SignIn) -> None:
    page = as_("aurelie.dussart").see("/pilotage/bilan")
    pictures = next(each for each in page.all("div") if each.get("class") == "report-pictures")
    sections = list(pictures.iter("section"))
    assert [each.get("aria-labelledby") for each in sections] == ["situations", "modules", "semaines", "territoires"]
    for section in sections:
        sentence = page.text_of(next(section.iter("p")))
        assert re.search(r"\d", sentence)
        assert sentence.endswith(".")
    folds = [each for each in page.all("details") if "tables" in str(each.get("class"))]
    assert len(folds) == 1
    assert len(list(folds[0].iter("table"))) == 4
    assert not list(pictures.iter("table"))


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
    printed = PdfReader(io.BytesIO(client.get("/pilotage/comite.pdf").get_data())).pages[0].extract_text()
    assert "%" not in printed


FILTERS = (
    "territoire=departement-nord",
    "cohorte=1",
    "territoire=departement-nord&depuis=2026-09-01",
    "fait=termine&depuis=2026-01-01",
)


@pytest.mark.parametrize("chosen", FILTERS)
def test_one_filter_for_the_figures_and_the_grid(as_: SignIn, chosen: str) -> None:
    client = as_("aurelie.dussart")
    figures = figures_of(client.see(f"/pilotage/bilan?{chosen}"))[:4]
    assert sum(link is not None for *_told, link in figures) == (3 if "fait" in chosen else 4), "nobody lists two movements at once"
    for value, words, link in figures:
        assert link is None or counted(client, link) == value, words


def test_a_bar_is_the_link_to_its_people(as_: SignIn) -> None:
    """To as many as it tells of, where it tells how many; so is the note of those who stopped."""
    client = as_("aurelie.dussart")
    page = client.see("/pilotage/bilan?depuis=2026-01-01")
    bars = [(page.text_of(link), link) for each in page.all("ul") if each.get("class") == "bars" for link in each.iter("a")]
    assert len(bars) > 10
    for words, link in bars:
        told = re.search(r"^(\d+) à l’arrêt|\((\d+)\spersonnes?\)|^\D+(\d+)$", words)
        people = counted(client, link)
        assert people > 0, words
        assert told is None or people == int(next(filter(None, told.groups()))), words
    for verb in ("ont commencé", "ont terminé", "personnes inscrites"):
        moved = next(link for link in page.all("a") if page.text_of(link).endswith(f"{verb} dans la période"))
        assert f"+{counted(client, moved)}" == page.text_of(moved).split()[0]


def test_each_choice_is_taken_away_by_itself(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    page = client.see("/pilotage/bilan?territoire=departement-nord&cohorte=1&avec=p:")
    chips = next(each for each in page.all("ul") if "chips" in str(each.get("class")))
    addresses = [str(link.get("href")) for link in chips.iter("a")]
    assert len(addresses) == 4, "three, and all of them"
    assert all("avec=p:" in address for address in addresses[:2])
    assert "avec" not in addresses[2]
    assert addresses[3] == "/pilotage/bilan"


def rows_beside(page: Page) -> list[list[str]]:
    section = next(each for each in page.all("section") if each.get("aria-labelledby") == "comparaison")
    return [[page.text_of(cell) for cell in row if cell.tag in ("th", "td")] for row in section.iter("tr")]


def test_two_side_by_side(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    rows = rows_beside(client.see("/pilotage/bilan?territoire=departement-nord&avec=t:departement-aisne"))
    assert rows[0][1:] == ["Nord", "Aisne"]
    for place, name in enumerate(("departement-nord", "departement-aisne"), 1):
        assert rows[1][place] == str(found(client.see(f"/pilotage/personnes?territoire={name}&parcours=acculturation")))
    assert "Côte à côte" in client.see("/pilotage/bilan?avec=c:1").text
    for nonsense in ("t:nulle-part", "c:99", "c:x", "x"):
        client.see(f"/pilotage/bilan?avec={nonsense}", 404)
    as_("solene.wattiez").see("/pilotage/bilan?avec=t:departement-aisne", 404)


def test_a_period_beside_the_one_before(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    page = client.see("/pilotage/bilan?depuis=2026-09-01&jusque=2026-09-30&avec=p:")
    rows = rows_beside(page)
    assert [re.sub(r"\s", " ", name) for name in rows[0][1:]] == ["du 1er septembre 2026 au 30 septembre 2026", "du 2 août 2026 au 31 août 2026"]
    earlier = figures_of(client.see("/pilotage/bilan?depuis=2026-08-02&jusque=2026-08-31"))
    assert [int(re.match(r"\d+", row[2])[0]) for row in rows[1:4]] == [value for value, _words, _link in earlier[:3]]  # type: ignore[index]
    assert [f"+{row[2]}" for row in rows[4:6]] == [re.findall(r"[+-]\d+", words)[0] for _value, words, _link in earlier[1:3]]


def test_a_day_that_is_none_is_refused_and_kept(as_: SignIn) -> None:
    page = as_("aurelie.dussart").see("/pilotage/bilan?depuis=demain", 422)
    assert "n’est pas une date" in page.text
    assert 'value="demain"' in page.html


def test_a_cite_without_anybody_says_whom_to_write_to(as_: SignIn) -> None:
    """And nobody is told to write to themselves."""
    for reader, name in (("aurelie.dussart", ""), ("marguerite.fauquembergue", "Marguerite Fauquembergue"), ("karim.haddouche", "Karim Haddouche")):
        page = as_(reader).see("/pilotage/bilan")
        empty = next(each for each in page.all("section") if each.get("aria-labelledby") == "sans-personne")
        lines = [page.text_of(line) for line in empty.iter("li")]
        (told,) = (value for value, words, _link in figures_of(page) if words.startswith("cité"))
        assert len(lines) == told > 0
        assert all(" : " in line.replace("\u202f", " ").replace("\u00a0", " ") for line in lines)
        assert not name or name not in " ".join(lines)
        assert any("Haddouche" in line or "Fauquembergue" in line or "personne d’autre" in line for line in lines)


def test_a_target_of_a_cohort_is_set_with_it_and_told(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    client.see("/administration/cohortes/1")
    assert "donnez les deux" in client.submit("Enregistrer", 422, target_people="20", target_on="").text
    client.submit("Enregistrer", target_people="20", target_on="2030-06-30")
    page = client.see("/pilotage/bilan")
    assert "sur 20 visées pour le 30 juin 2030" in words_of(page)
    assert "parmi celles que vous suivez" in words_of(as_("solene.wattiez").see("/pilotage/bilan")), "whom one may not see is not counted"


def test_a_reader_of_one_territory_is_not_asked_which(as_: SignIn) -> None:
    """Nor to compare it with itself; their cohorts stay a choice."""
    names = {field.get("name") for address in ("/pilotage/bilan", "/pilotage/personnes") for field in as_("solene.wattiez").see(address).all("select")}
    assert "territoire" not in names
    assert "cohorte" in names
    page = as_("solene.wattiez").see("/pilotage/bilan")
    assert "t:cite-lille-sud" not in {option.get("value") for option in page.all("option")}
    assert "territoire" in {field.get("name") for field in as_("marguerite.fauquembergue").see("/pilotage/bilan").all("select")}


@pytest.mark.parametrize("name", ["ines.carpentier"])
def test_a_learner_has_none_of_it(as_: SignIn, name: str) -> None:
    client = as_(name)
    for path in ("/pilotage/bilan", "/pilotage/personnes", "/pilotage", "/pilotage/personnes/1", "/pilotage/personnes.csv", "/pilotage/personnes.xlsx"):
        client.see(path, 404)
