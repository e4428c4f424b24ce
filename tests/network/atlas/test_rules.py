"""Where marks and names stand on the map of a network."""

from __future__ import annotations

from itertools import combinations
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.values.library import Cite, Commune
from app.network.atlas import APART, RADIUS, WIDTH, Ground, communes, grounds, kilometres, of_departements, position_of, region_map, spread_points

SQUARE = Ground("Carré", (((50.0, 2.0), (51.0, 2.0), (51.0, 4.0), (50.0, 4.0)),), ((50.5, 3.0), (50.2, 3.0)))
ISLAND = Ground("Île", (((-21.0, 55.0), (-20.9, 55.0), (-20.9, 55.5), (-21.0, 55.5)),), ((-20.95, 55.25),))
BOX = (10.0, 10.0, 350.0, 350.0)
points = st.tuples(st.floats(10, 350), st.floats(10, 350))


@settings(max_examples=40, deadline=None)
@given(st.lists(points, max_size=25))
def test_marks_leave_each_other_room_within_the_box(at: list[tuple[float, float]]) -> None:
    spots = spread_points(at, APART, BOX)
    assert spots == spread_points(at, APART, BOX)
    assert all(BOX[0] <= x <= BOX[2] and BOX[1] <= y <= BOX[3] for x, y in spots)
    assert all(dist(one, other) > 2 * RADIUS - 1 for one, other in combinations(spots, 2))


def test_what_is_alone_stays_where_it_is() -> None:
    alone = [(50.0, 50.0), (200.0, 50.0), (60.0, 300.0)]
    assert spread_points(alone, APART, BOX) == alone


def test_cites_of_one_commune_stand_apart_and_say_where_they_are() -> None:
    drawn = region_map([SQUARE], [("nord", (50.5, 3.0)), ("sud", (50.5, 3.0)), ("est", (50.5, 3.0))])
    assert drawn is not None
    assert len({(mark.x, mark.y) for mark in drawn.marks}) == 3
    assert len({mark.at for mark in drawn.marks}) == 1
    assert any(mark.moved for mark in drawn.marks)


def test_what_is_out_of_the_map_is_named_and_not_drawn() -> None:
    drawn = region_map([SQUARE], [("dedans", (50.5, 3.0)), ("ailleurs", (43.6, 1.4)), ("inconnue", None)])
    assert drawn is not None
    assert [mark.key for mark in drawn.marks] == ["dedans"]
    assert drawn.unplaced == ("ailleurs", "inconnue")


def test_a_name_stands_at_the_first_place_where_it_covers_no_mark() -> None:
    alone, crowded = region_map([SQUARE], []), region_map([SQUARE], [("milieu", (50.5, 3.0))])
    assert alone is not None
    assert crowded is not None
    assert alone.lands[0].label[1] < crowded.lands[0].label[1]


def test_as_many_marks_as_no_map_holds_are_drawn_all_the_same() -> None:
    drawn = region_map([SQUARE], [(str(number), (50.5, 3.0)) for number in range(500)])
    assert drawn is not None
    assert len(drawn.marks) == 500


def test_a_network_without_outline_has_no_map() -> None:
    assert region_map([], [("lens", (50.4, 2.8))]) is None


def test_overseas_is_drawn_where_it_is_alone_and_not_beside_the_mainland() -> None:
    both = region_map([SQUARE, ISLAND], [])
    alone = region_map([ISLAND], [])
    assert both is not None
    assert alone is not None
    assert ([land.name for land in both.lands], [land.name for land in alone.lands]) == (["Carré"], ["Île"])


@pytest.mark.parametrize("names", [["Nord", "Pas-de-Calais", "Aisne", "Oise", "Somme"], ["Haute-Garonne"], ["La Réunion"], ["NORD", "Nulle part"]])
def test_any_region_is_drawn_within_its_frame(names: list[str]) -> None:
    drawn = region_map(of_departements(names), [])
    assert drawn is not None
    everywhere = [point for land in drawn.lands for ring in land.rings for point in (*ring, land.label)]
    assert all(0 <= x <= WIDTH and 0 <= y <= drawn.height for x, y in everywhere)


def test_each_name_has_places_within_its_outlines() -> None:
    for ground in grounds().values():
        south, north = (edge(y for ring in ground.rings for y, _ in ring) for edge in (min, max))
        west, east = (edge(x for ring in ground.rings for _, x in ring) for edge in (min, max))
        assert ground.names, ground.name
        assert all(south < y < north and west < x < east for y, x in ground.names), ground.name


def test_what_is_shipped() -> None:
    assert (len(grounds()), len(communes()) > 3000) == (101, True)
    lens = Cite("Lens", (Commune("Lens", "62498"),), "Pas-de-Calais", 1, "2019", 1)
    assert position_of(lens) == pytest.approx((50.44, 2.82), abs=0.02)
    assert position_of(Cite("X", (Commune("X", "00000"),), "Nord", 1, "2019", 1)) is None
    assert position_of(Cite("X", (), "Nord", 1, "2019", 1, position=(50.0, 3.0))) == (50.0, 3.0)


def test_distances_in_a_region() -> None:
    assert kilometres(communes()["62498"].middle, communes()["59350"].middle) == pytest.approx(27, abs=1.5)
