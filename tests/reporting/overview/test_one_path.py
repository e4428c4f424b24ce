"""What is counted or averaged is of one path, and of five people or more."""

from __future__ import annotations

import re
from datetime import date

from flask import Flask
from sqlalchemy import func, select

from app.platform.db import db
from app.record.progress.models import Cohort, CohortMember, PersonFigures
from tests.record.world import words_of
from tests.reporting.conftest import SignIn
from tests.strict import Page


def test_a_place_of_one_is_ranked_nowhere(as_: SignIn) -> None:
    """« De 2,5 % (Hautmont) à 100 % (Dunkerque) » would be two people by name."""
    page = as_("karim.haddouche").see("/pilotage/bilan")
    places = next(each for each in page.all("section") if each.get("aria-labelledby") == "territoires")
    drawn_rows = [page.text_of(line) for each in places.iter("ul") if each.get("class") == "bars" for line in each.iter("li")]
    assert drawn_rows
    assert all(int(found[1]) >= 5 for row in drawn_rows if (found := re.search(r"\((\d+)\s", row)))
    few = [page.text_of(line) for each in places.iter("ul") if each.get("class") != "bars" for line in each.iter("li")]
    assert any(re.search(r"1\spersonne", line) for line in few)
    assert not any("%" in line for line in few)


def counted(page: Page) -> int:
    counts = next(each for each in page.all("dl") if each.get("class") == "counts")
    return int(page.text_of(next(counts.iter("dd"))))


def test_figures_are_of_one_path_at_a_time(as_: SignIn, app: Flask) -> None:
    """Two people of the demonstration are on another path, of two elements: one has finished it, which says nothing of the five modules."""
    client = as_("aurelie.dussart")
    with app.app_context():
        paths = db.session.execute(select(PersonFigures.path_id, func.count()).where(PersonFigures.counted).group_by(PersonFigures.path_id)).all()
        done = db.session.scalar(select(func.count()).where(PersonFigures.counted, PersonFigures.finished, PersonFigures.path_id == "acculturation"))
    sizes = dict(paths)
    assert sizes.keys() == {"acculturation", "en-presence"}
    page, other = client.see("/pilotage/bilan"), client.see("/pilotage/bilan?parcours=en-presence")
    assert (counted(page), counted(other)) == (sizes["acculturation"], sizes["en-presence"])
    assert f"{done} personnes ont terminé sur {sizes['acculturation']}" in words_of(page)
    assert f"{sum(sizes.values()) - sizes['acculturation']} autres personnes suivent un autre parcours" in words_of(page)
    grid = client.see("/pilotage/personnes")
    assert grid.text_of(grid.all("h2")[0]).split()[0] == str(sum(sizes.values())), "nobody is left out of the list"
    assert "Rosalie Dumetz" in client.see("/pilotage/personnes?parcours=en-presence").text
    assert "Rosalie Dumetz" not in client.see("/pilotage/personnes?parcours=acculturation").text
    modules = [next(each for each in one.all("section") if each.get("aria-labelledby") == "modules") for one in (page, other)]
    assert [("Apprendre en réseau" in one.text_of(each)) for one, each in zip((page, other), modules, strict=True)] == [False, True]
    client.see("/pilotage/bilan?parcours=inconnu", 404)


def test_what_is_set_side_by_side_is_of_one_path(as_: SignIn) -> None:
    page = as_("aurelie.dussart").see("/pilotage/bilan?avec=t:departement-nord&parcours=en-presence")
    table = next(each for each in page.all("table") if "Tout le réseau et Nord" in page.text_of(each))
    rows = [[page.text_of(cell) for cell in row] for row in table.iter("tr")]
    assert int(rows[1][1]) == 2
    assert int(rows[1][2]) <= 2
    assert not [cell for row in rows for cell in row if "%" in cell], "no share of so few"


def test_a_cohort_s_figures_are_of_its_path(as_: SignIn, app: Flask) -> None:
    with app.app_context():
        people = db.session.scalars(select(PersonFigures.person_id).where(PersonFigures.path_id == "en-presence", PersonFigures.counted)).all()
        db.session.add(cohort := Cohort(name="En présence", path_id="en-presence", starts_on=date(2026, 9, 1), target_people=2, target_on=date(2030, 6, 30)))
        db.session.flush()
        db.session.add_all(CohortMember(cohort_id=cohort.id, person_id=number) for number in people)
        done = db.session.scalar(select(func.count()).where(PersonFigures.person_id.in_(people), PersonFigures.finished))
        number = cohort.id
        db.session.commit()
    page = as_("aurelie.dussart").see(f"/pilotage/bilan?cohorte={number}")
    assert counted(page) == len(people) == 2
    assert f"{done} personne a terminé sur 2 visées" in words_of(page)
