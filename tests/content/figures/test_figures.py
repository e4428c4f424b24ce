"""Every figure, whatever is typed: read or refused, nothing outside, nothing on top of another, everything said in words."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.figures.drawing import KINDS, draw, is_figure, kind_named, read_figure
from app.content.figures.figure import Figure
from app.content.values.text import FIGURE_ITEMS
from app.platform.french import french
from tests.content.figures.drawn import EXAMPLES, boxes, figure, tree, view, written

WORD = st.text(alphabet="aeimnrstMWÉœ'-0123", min_size=1, max_size=7)
SAID = st.lists(WORD, min_size=1, max_size=9).map(" ".join).filter(lambda text: "->" not in text and not text.startswith("-"))
NUMBER = st.integers(0, 10**9).map(str)


@st.composite
def typed(draw_value: st.DrawFn) -> tuple[str, str]:
    """The kind and the lines of any figure that may be typed."""
    name = draw_value(st.sampled_from(sorted(EXAMPLES)))
    count = draw_value(st.integers(2, 12))
    said = [draw_value(SAID) for _ in range(2 * count)]
    pairs = list(zip(said[::2], said[1::2], strict=True))
    if name == "barres":
        lines = [f"{label} : {draw_value(NUMBER)}" for label, _ in pairs]
    elif name == "parts":
        lines = ["parts : " + " ; ".join(f"{part} {said[part]}" for part in range(3))]
        lines += [f"{label} : {draw_value(NUMBER)} ; {draw_value(NUMBER)} ; {draw_value(NUMBER)}" for label, _ in pairs]
    elif name == "chronologie":
        lines = [f"{draw_value(st.integers(1700, 2100))} : {text}" for _, text in pairs]
    elif name == "arbre":
        lines = _branches(draw_value, pairs)
    elif name == "étapes":
        lines = [f"{'sinon' if place and draw_value(st.booleans()) and place % 2 else label} : {text}" for place, (label, text) in enumerate(pairs)]
    elif name == "avant-après":
        lines = [f"{label} : {text} => {label}" for label, text in pairs]
    elif name == "lignes":
        lines = _lanes(pairs)
    else:
        cells = draw_value(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.integers(1, 12)), min_size=count, max_size=count, unique=True))
        lines = [f"{column}{row} {label} : {row % 4} groupe" for (column, row), (label, _) in zip(cells, pairs, strict=True)]
    return name, "\n".join([f"titre : {said[0]}", *lines])


def _lanes(pairs: list[tuple[str, str]]) -> list[str]:
    facts = [
        f"{1900 + place} : {label} ; {text}" if place % 3 == 0 else f"{('croisement', 'écart')[place % 2]} : {text}"
        for place, (label, text) in enumerate(pairs)
    ]
    return ["lignes : Ici ; Là", *facts]


def _branches(draw_value: st.DrawFn, pairs: list[tuple[str, str]]) -> list[str]:
    depth, lines = -1, []
    for label, text in pairs:
        depth = draw_value(st.integers(0, min(depth + 1, 3)))
        lines.append(f"{'  ' * depth}- {label} : {text}")
    return lines


@given(typed())
def test_nothing_leaves_the_drawing_and_no_words_touch(typed_figure: tuple[str, str]) -> None:
    found, problems = read_figure("a.md", *typed_figure, 1)
    assert problems == ()
    assert found is not None
    for svg in tree(found).findall(".//svg"):
        words = written(svg)
        assert [word for word in words if not word.inside(view(svg))] == []
        assert [pair for pair in combinations(words, 2) if pair[0].touches(pair[1])] == []
        assert [box for box in boxes(svg) if not box.inside(view(svg))] == []


@given(typed())
def test_boxes_hold_their_words_and_stand_apart(typed_figure: tuple[str, str]) -> None:
    found, _ = read_figure("a.md", *typed_figure, 1)
    assert found is not None
    for svg in tree(found).findall(".//svg"):
        around = list(boxes(svg))
        assert [pair for pair in combinations(around, 2) if pair[0].touches(pair[1])] == []
        for word in written(svg):
            assert all(word.inside(box) for box in around if word.touches(box))


@given(typed())
def test_every_datum_is_in_the_words(typed_figure: tuple[str, str]) -> None:
    found, _ = read_figure("a.md", *typed_figure, 1)
    assert found is not None
    said = "".join(ElementTree.fromstring(f"<div>{KINDS[found.kind].words(found)}</div>").itertext())  # noqa: S314 — our own words
    for item in found.items:
        parts = [*(item.text.split(";") if found.kind in ("parts", "lignes") else [item.text]), item.then]
        assert all(french(part.strip()) in said for part in parts)
        assert item.depth == 1 or french(item.label) in said


@given(typed())
def test_the_same_lines_make_the_same_drawing(typed_figure: tuple[str, str]) -> None:
    first, second = (read_figure("a.md", *typed_figure, 1)[0] for _ in range(2))
    assert first is not None
    assert second is not None
    assert draw(first, "f") == draw(second, "f")


@given(st.text(alphabet="titre : unité\n1981a,%<&-=>;A2  "), st.sampled_from(sorted(EXAMPLES)))
def test_any_block_is_drawn_or_explained(content: str, info: str) -> None:
    found, problems = read_figure("a.md", info, content, 5)
    assert (found is None) is bool(problems)
    assert all(each.code == "E19" and each.line >= 5 and each.hint for each in problems)
    if found is not None:
        tree(found)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_figure_is_named_by_its_caption_and_holds_no_style(name: str) -> None:
    drawn = tree(figure(name))
    (outer,) = drawn
    assert (outer.tag, outer.get("aria-label")) == ("figure", outer.findtext("figcaption"))
    assert not [element for element in drawn.iter() if {"style", "onclick"} & set(element.attrib) or element.tag == "style"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_drawing_is_an_image_with_a_name_and_a_description(name: str) -> None:
    drawings = tree(figure(name)).findall(".//svg")
    assert len(drawings) == len(KINDS[kind_named(name)].widths)
    identifiers = [str(element.get("id")) for svg in drawings for element in svg.iter() if element.get("id")]
    assert len(identifiers) == len(set(identifiers))
    for svg in drawings:
        assert svg.get("role") == "img"
        title, description = str(svg.get("aria-labelledby")).split()
        assert all(svg.findtext(f"*[@id='{each}']") for each in (title, description))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_line_costs_as_much_as_the_one_before(name: str) -> None:
    """The size of what is sent, which is what drawing it costs: no more than the lines."""
    head, line = {
        "parts": ("parts : a ; b\n", "x : 1 ; 2"),
        "arbre": ("- a\n", "  - b"),
        "avant-après": ("", "a : b => c"),
        "barres": ("", "a : 1"),
        "lignes": ("lignes : a ; b\n", "1981 : a ; b"),
    }.get(name, ("", "1981 : a"))
    few, many = (_many(name, head, line, count) for count in (10, FIGURE_ITEMS - 1))
    assert len(draw(many, "f")) < 4.5 * len(draw(few, "f"))


def _many(name: str, head: str, line: str, count: int) -> Figure:
    cells = [f"{column}{row} lieu" for row in range(1, 13) for column in "ABCDEF"]
    return figure(name, "\n".join(["titre : T", *(cells[:count] if name == "carte" else [head + line, *[line] * (count - 1)])]))


def test_names_of_kinds_may_be_typed_without_accents() -> None:
    assert all(map(is_figure, [*EXAMPLES, " Chronologie ", "etapes", "avant-apres"]))
    assert not is_figure("python")


def test_every_kind_has_its_example_here() -> None:
    assert sorted(map(kind_named, EXAMPLES)) == sorted(KINDS)
