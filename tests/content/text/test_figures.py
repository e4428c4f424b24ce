"""Figures: read, drawn, said again in words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.rendering import figures_svg
from app.content.rendering.dates import span_of
from app.content.text.figures import Figure, FigureItem, FigureKind, is_figure, read
from app.french import MONTHS, french

BARS = "titre : Où étudient les élèves\nunité : %\nREP+ : 11,7\nHors zone : écoles : 1 069,1\n"
LINE = "titre : De la zone au réseau\n1981 : circulaire : la première\nJuin 1990 : relance\n1998-07 : réseaux\n"


def figure(info: str, content: str) -> Figure:
    read_figure, problems = read("a.md", info, content, 1)
    assert problems == ()
    assert read_figure is not None
    return read_figure


def drawn(labels: Iterable[str]) -> ElementTree.Element:
    """The chronology of these dates, each with the same words."""
    items = tuple(FigureItem(label, "un fait") for label in labels)
    return ElementTree.fromstring(f"<div>{figures_svg.draw(Figure(FigureKind.CHRONOLOGY, 'T', '', items), 'f')}</div>")  # noqa: S314 — our own words


def places(tree: ElementTree.Element, shape: str, name: str) -> list[float]:
    return [float(str(found.get(name))) for found in tree.findall(f".//{shape}")]


def test_kinds() -> None:
    assert is_figure("barres")
    assert is_figure(" Chronologie ")
    assert not is_figure("python")


def test_reading() -> None:
    bars, line = figure("barres", BARS), figure("chronologie", LINE)
    assert (bars.kind, bars.title, bars.unit) == (FigureKind.BARS, "Où étudient les élèves", "%")
    assert bars.items == (FigureItem("REP+", "11,7", Decimal("11.7")), FigureItem("Hors zone : écoles", "1 069,1", Decimal("1069.1")))
    assert [(item.label, item.text) for item in line.items] == [("1981", "circulaire : la première"), ("Juin 1990", "relance"), ("1998-07", "réseaux")]


def test_bars_are_drawn_to_scale_with_their_table() -> None:
    tree = ElementTree.fromstring(f"<div>{figures_svg.draw(figure('barres', BARS), 'f1')}</div>")  # noqa: S314 — our own words
    svg = tree.find(".//svg")
    assert svg is not None
    assert svg.get("role") == "img"
    assert {each.get("id") for each in svg if each.get("id")} == set(str(svg.get("aria-labelledby")).split())
    short, long = (int(str(bar.get("width"))) for bar in svg.findall("rect"))
    assert abs(long / short - 1069.1 / 11.7) < 10
    assert [cell.text for cell in tree.findall(".//td")] == ["11,7\u202f%", "1\u202f069,1\u202f%"]
    assert not [element for element in tree.iter() if "style" in element.attrib]


def test_a_figure_is_named_by_its_caption() -> None:
    for kind, text in (("barres", BARS), ("chronologie", LINE)):
        drawn = ElementTree.fromstring(figures_svg.draw(figure(kind, text), "f1"))  # noqa: S314 — our own words
        assert (drawn.tag, drawn.get("aria-label")) == ("figure", drawn.findtext("figcaption"))


def test_a_chronology_is_a_list_and_a_line_to_scale() -> None:
    tree = ElementTree.fromstring(f"<div>{figures_svg.draw(figure('chronologie', LINE), 'f1')}</div>")  # noqa: S314 — our own words
    assert ["".join(item.itertext()) for item in tree.findall(".//li")] == ["1981 circulaire\u202f: la première", "Juin 1990 relance", "1998-07 réseaux"]
    first, second, third = places(tree, "circle", "cx")
    assert (second - first) / (third - first) == pytest.approx((1990 + 5.5 / 12 - 1981.5) / (1998 + 6.5 / 12 - 1981.5), abs=0.001)


def test_six_dates_are_six_stops_each_in_its_year() -> None:
    """The figure of the first lesson."""
    labels = ("Milieu des années 2010", "Octobre 2017", "Avril 2018", "Juillet 2018", "Février 2019", "Septembre 2019")
    tree = drawn(labels)
    ticks = dict(zip((int(str(text.text)) for text in tree.findall(".//text")), places(tree, "line[@class='chart-tick']", "x1"), strict=True))
    assert list(ticks) == [2014, 2015, 2016, 2017, 2018, 2019]
    stops = places(tree, "circle", "cx")
    assert [max(year for year, place in ticks.items() if place <= stop) for stop in stops] == [2015, 2017, 2018, 2018, 2019, 2019]
    assert [places(tree, "line[@class='chart-span']", end)[0] for end in ("x1", "x2")] == [ticks[2014], ticks[2017]]


DATES = st.one_of(st.integers(1700, 2100).map(str), st.builds("{} {}".format, st.sampled_from(MONTHS), st.integers(1700, 2100)))


@given(st.lists(DATES, min_size=2, max_size=40))
def test_each_date_has_its_stop_in_order_and_in_its_year(labels: list[str]) -> None:
    tree = drawn(labels)
    if tree.find(".//svg") is None:
        assert len({span_of(label) for label in labels}) == 1
        return
    spans = sorted((span for label in labels if (span := span_of(label))), key=lambda span: span.middle)
    stops = places(tree, "circle", "cx")
    assert len(stops) == len(labels)
    assert stops == sorted(stops)
    (left,), (right,) = (places(tree, "line[@class='chart-axis']", end) for end in ("x1", "x2"))
    first, last = floor(spans[0].start), ceil(max(span.end for span in spans))
    for span, stop in zip(spans, stops, strict=True):
        year = first + (stop - left) / (right - left) * (last - first)
        assert span.start - 0.1 < year < span.end + 0.1
    assert len(set(zip(stops, places(tree, "circle", "cy"), strict=True))) == len(labels), "one hides another"


@given(st.lists(DATES, min_size=2, max_size=40))
def test_the_years_written_under_a_line_never_touch(labels: list[str]) -> None:
    written = places(drawn(labels), "text", "x")
    assert all(after - before >= 36 for before, after in pairwise(written))
    assert all(place <= figures_svg.WIDTH - 36 for place in written)


def test_no_word_of_a_label_is_broken() -> None:
    long = "Établissements-d’enseignement-supérieur-et-de-recherche-publique et le reste de la phrase, plus long encore"
    bars = figures_svg.draw(figure("barres", f"titre : T\n{long} : 1\nb : 2"), "f")
    tree = ElementTree.fromstring(f"<div>{bars}</div>")  # noqa: S314 — our own words
    words = [word for text in tree.findall(".//text[@class='chart-label']") for word in str(text.text).split()]
    assert words == [*french(long).split(), "b"]


def test_without_years_there_is_no_line() -> None:
    html = figures_svg.draw(figure("chronologie", "titre : T\nD'abord : un\nEnsuite : deux\n"), "f1")
    assert "<svg" not in html
    assert "D’abord" in html


@given(st.text(alphabet="titre : unité\n1981a,%<&"), st.sampled_from(["barres", "chronologie"]))
def test_any_block_is_drawn_or_explained(content: str, info: str) -> None:
    read_figure, problems = read("a.md", info, content, 5)
    assert (read_figure is None) is bool(problems)
    assert all(found.code == "E19" and found.line >= 5 for found in problems)
    if read_figure is not None:
        ElementTree.fromstring(f"<div>{figures_svg.draw(read_figure, 'f')}</div>")  # noqa: S314 — our own words
