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
from app.reporting.overview.queries import STATES, District, MapTile, map_sentence
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
    ],
)
def test_the_map_never_says_that_none_of_something_is_there(kinds: Sequence[str], sentence: str) -> None:
    tiles = tuple(MapTile(str(place), "Cité", 1, STATES[kind], kind) for place, kind in enumerate(kinds))
    assert map_sentence([District("d", "Nord", tiles)]) == sentence


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


def test_where_people_stop_in_a_module() -> None:
    picture = charts.elements([("Leçon", 9), ("Quiz", 4), ("Suite", 4)], 12)
    assert picture
    assert plain(picture.sentence) == "C’est devant « Quiz » que l’on s’arrête le plus : 5 personnes de moins qu’à l’étape d’avant."
    assert picture.full == 12
    assert charts.elements([], 3) is None
    level = charts.elements([("Leçon", 3), ("Quiz", 3)], 3)
    assert level
    assert level.sentence == "Aucune étape n’arrête plus qu’une autre."


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000))
def test_the_weeks_of_a_period(since: date, days: int) -> None:
    until = since + timedelta(days=days)
    mondays = mondays_of(since, until)
    assert 1 <= len(mondays) <= MOST_WEEKS
    assert all(day.weekday() == 0 for day in mondays)
    assert mondays[-1] <= until < mondays[-1] + timedelta(weeks=1)
    assert len(mondays) == MOST_WEEKS or mondays[0] <= since < mondays[0] + timedelta(weeks=1)
    assert [later - before for before, later in pairwise(mondays)] == [timedelta(weeks=1)] * (len(mondays) - 1)
