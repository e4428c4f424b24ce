"""Figures: read, drawn, said again in words."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from app.content.rendering import figures_svg
from app.content.text.figures import Figure, FigureItem, FigureKind, is_figure, read

BARS = "titre : Où étudient les élèves\nunité : %\nREP+ : 11,7\nHors zone : écoles : 1 069,1\n"
LINE = "titre : De la zone au réseau\n1981 : circulaire : la première\nJuin 1990 : relance\n1998-07 : réseaux\n"


def figure(info: str, content: str) -> Figure:
    read_figure, problems = read("a.md", info, content, 1)
    assert problems == ()
    assert read_figure is not None
    return read_figure


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


def test_a_figure_is_a_group_named_by_its_caption() -> None:
    for kind, text in (("barres", BARS), ("chronologie", LINE)):
        drawn = ElementTree.fromstring(figures_svg.draw(figure(kind, text), "f1"))  # noqa: S314 — our own words
        assert (drawn.get("role"), drawn.get("aria-label")) == ("group", drawn.findtext("figcaption"))


def test_a_chronology_is_a_list_and_a_line_to_scale() -> None:
    tree = ElementTree.fromstring(f"<div>{figures_svg.draw(figure('chronologie', LINE), 'f1')}</div>")  # noqa: S314 — our own words
    assert ["".join(item.itertext()) for item in tree.findall(".//li")] == ["1981 circulaire\u202f: la première", "Juin 1990 relance", "1998-07 réseaux"]
    places = [int(str(stop.get("cx"))) for stop in tree.findall(".//circle")]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (20, 340)


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
