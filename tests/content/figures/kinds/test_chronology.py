"""The line of time: each date at its place, in its year, and a list that says all."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import ceil, floor
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.figures.drawing import draw
from app.content.figures.figure import NARROW_WIDTH, Figure, FigureItem, span_of
from app.platform.french import MONTHS
from tests.content.figures.drawn import figure, places, tree

DATES = st.one_of(st.integers(1700, 2100).map(str), st.builds("{} {}".format, st.sampled_from(MONTHS), st.integers(1700, 2100)))


def drawn(labels: Iterable[str]) -> ElementTree.Element:
    """The chronology of these dates, each with the same words."""
    return tree(Figure("chronologie", "T", tuple(FigureItem(label, "un fait") for label in labels)))


def test_a_chronology_is_a_list_and_a_line_to_scale() -> None:
    line = tree(figure("chronologie"))
    assert ["".join(item.itertext()) for item in line.findall(".//li")] == ["1981 circulaire\u202f: la première", "Juin 1990 relance", "1998-07 réseaux"]
    first, second, third = places(line, "circle", "cx")
    assert (second - first) / (third - first) == pytest.approx((1990 + 5.5 / 12 - 1981.5) / (1998 + 6.5 / 12 - 1981.5), abs=0.001)


def test_six_dates_are_six_stops_each_in_its_year() -> None:
    """The figure of the first lesson."""
    labels = ("Milieu des années 2010", "Octobre 2017", "Avril 2018", "Juillet 2018", "Février 2019", "Septembre 2019")
    line = drawn(labels)
    ticks = dict(zip((int(str(text.text)) for text in line.findall(".//text")), places(line, "line[@class='chart-tick']", "x1"), strict=True))
    assert list(ticks) == [2014, 2015, 2016, 2017, 2018, 2019]
    stops = places(line, "circle", "cx")
    assert [max(year for year, place in ticks.items() if place <= stop) for stop in stops] == [2015, 2017, 2018, 2018, 2019, 2019]
    assert [places(line, "line[@class='chart-span']", end)[0] for end in ("x1", "x2")] == [ticks[2014], ticks[2017]]


@given(st.lists(DATES, min_size=2, max_size=40))
def test_each_date_has_its_stop_in_order_and_in_its_year(labels: list[str]) -> None:
    line = drawn(labels)
    if line.find(".//svg") is None:
        assert len({span_of(label) for label in labels}) == 1
        return
    spans = sorted((span for label in labels if (span := span_of(label))), key=lambda span: span.middle)
    stops = places(line, "circle", "cx")
    assert len(stops) == len(labels)
    assert stops == sorted(stops)
    (left,), (right,) = (places(line, "line[@class='chart-axis']", end) for end in ("x1", "x2"))
    first, last = floor(spans[0].start), ceil(max(span.end for span in spans))
    for span, stop in zip(spans, stops, strict=True):
        year = first + (stop - left) / (right - left) * (last - first)
        assert span.start - 0.1 < year < span.end + 0.1
    assert len(set(zip(stops, places(line, "circle", "cy"), strict=True))) == len(labels), "one hides another"


@given(st.lists(DATES, min_size=2, max_size=40))
def test_the_years_written_under_a_line_never_touch(labels: list[str]) -> None:
    written = places(drawn(labels), "text", "x")
    assert all(after - before >= 36 for before, after in pairwise(written))
    assert all(place <= NARROW_WIDTH - 36 for place in written)


def test_without_years_there_is_no_line() -> None:
    html = draw(figure("chronologie", "titre : T\nD'abord : un\nEnsuite : deux\n"), "f1")
    assert "<svg" not in html
    assert "D’abord" in html
