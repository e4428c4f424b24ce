"""What an overview says in words: sentences of drawings, of the map; the weeks of a period. Tables of cases, no database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reporting.overview import charts
from app.reporting.overview.charts import ModuleStop
from app.reporting.overview.queries import CiteState, cites_sentence
from app.reporting.scope_rules import MOST_WEEKS, mondays_of


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        (["begun"] * 3, "Les 3 cités sont toutes en chemin."),
        (["empty"] * 2, "Les 2 cités n’ont aucun inscrit."),
        (["waiting"] * 2, "Les 2 cités ont toutes des inscrits, qui n’ont pas commencé."),
        (["begun", "empty"], "Sur 2 cités, 1 est en chemin, 1 n’a aucun inscrit."),
        (["begun", "waiting", "waiting"], "Sur 3 cités, 1 est en chemin, 2 ont des inscrits qui n’ont pas commencé."),
        ([], ""),
    ],
)
def test_the_cites_never_say_that_none_of_something_is_there(kinds: Sequence[str], sentence: str) -> None:
    assert cites_sentence([CiteState(kind) for kind in kinds]) == sentence


@pytest.mark.parametrize(
    ("means", "sentence"),
    [
        ({"A": "0", "B": "0"}, "Les 2 modules en sont au même point (0,0 %)."),
        ({"A": "12.5"}, "« A » : 12,5 % en moyenne."),
        ({"A": "10", "B": "60", "C": "20"}, "« B » est le module le plus avancé (60,0 %), « A » le moins avancé (10,0 %)."),
    ],
)
def test_what_is_equal_is_said_to_be_equal(means: dict[str, str], sentence: str) -> None:
    picture = charts.modules({title: Decimal(mean) for title, mean in means.items()})
    assert picture
    assert plain(picture.sentence) == sentence


@pytest.mark.parametrize(
    ("means", "hidden", "sentence"),
    [
        ({"Nord": "40", "Aisne": "20"}, 0, "De 20,0 % (Aisne) à 40,0 % (Nord)."),
        ({"Nord": "40", "Aisne": "40"}, 0, "Les 2 territoires en sont au même point (40,0 %)."),
        ({"Nord": "40", charts.ELSEWHERE: "0"}, 0, "Nord : 40,0 % en moyenne."),
        ({"Nord": "40"}, 1, "Nord : 40,0 % en moyenne. 1 territoire de moins de 5 personnes, ou qu’une soustraction révélerait, est tu."),
    ],
)
def test_territories_say_something(means: dict[str, str], hidden: int, sentence: str) -> None:
    picture = charts.territories({name: (Decimal(mean), 7) for name, mean in means.items()}, hidden)
    assert picture
    assert plain(picture.sentence) == sentence


@pytest.mark.parametrize(
    ("stops", "begins"),
    [
        (None, "« B » est le module le plus avancé"),
        ({}, "Personne n’est à l’arrêt. « B »"),
        ({"A": (9, 5), "B": (1, 1)}, "On s’arrête le plus dans « A » (9 personnes). « B »"),
        ({"A": (2, 1), "B": (2, 2)}, "On s’arrête autant dans « A », « B » (2 personnes). "),
    ],
)
def test_which_module_stops_people_is_said_first(stops: dict[str, tuple[int, int]] | None, begins: str) -> None:
    told = None if stops is None else {title: ModuleStop(people, "Quiz", most, {"ensuite": "q"}) for title, (people, most) in stops.items()}
    picture = charts.modules({"A": Decimal(10), "B": Decimal(60)}, stops=told)
    assert picture
    assert plain(picture.sentence).startswith(begins)
    assert [row.texts[1] for row in picture.rows] == ["–" if stops is None else str(stops.get(title, (0, 0))[0]) for title in "AB"]
    assert ModuleStop(9, "Quiz", 5, {}).words == "5 à l’arrêt devant « Quiz », et 4 ailleurs dans ce module"
    assert ModuleStop(1, "Quiz", 1, {}).words == "1 à l’arrêt devant « Quiz »"


@pytest.mark.parametrize(
    ("moved", "before", "sentence"),
    [
        ((10, 4), (8, 2), "10 personnes ont commencé et 4 ont terminé : plus que dans la période précédente (8 et 2)."),
        ((10, 4), (10, 2), "10 personnes ont commencé et 4 ont terminé : plus que dans la période précédente (10 et 2)."),
        ((1, 1), (1, 1), "1 personne a commencé et 1 a terminé : autant que dans la période précédente (1 et 1)."),
        ((0, 0), (3, 0), "0 personne a commencé et aucune n’a terminé : moins que dans la période précédente (3 et 0)."),
        ((10, 2), (3, 4), "10 personnes ont commencé et 2 ont terminé, contre 3 et 4 dans la période précédente."),
    ],
)
def test_what_a_movement_comes_to(moved: tuple[int, int], before: tuple[int, int], sentence: str) -> None:
    assert plain(charts.movement_words(moved, before)) == sentence


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000))
def test_the_weeks_of_a_period(since: date, days: int) -> None:
    until = since + timedelta(days=days)
    mondays = mondays_of(since, until)
    assert 1 <= len(mondays) <= MOST_WEEKS
    assert all(day.weekday() == 0 for day in mondays)
    assert mondays[-1] <= until < mondays[-1] + timedelta(weeks=1)
    assert len(mondays) == MOST_WEEKS or mondays[0] <= since < mondays[0] + timedelta(weeks=1)
    assert [later - before for before, later in pairwise(mondays)] == [timedelta(weeks=1)] * (len(mondays) - 1)
