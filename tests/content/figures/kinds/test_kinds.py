"""What each kind shows that the others do not."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from app.content.figures.drawing import draw
from app.platform.french import french
from tests.content.figures.drawn import boxes, figure, places, tree


def test_bars_are_drawn_to_scale_with_their_table() -> None:
    drawn = tree(figure("barres"))
    short, long = places(drawn, "rect", "width")
    assert abs(long / short - 1069.1 / 11.7) < 10
    assert [cell.text for cell in drawn.findall(".//td")] == ["11,7\u202f%", "1\u202f069,1\u202f%"]


def test_no_word_of_a_label_is_broken() -> None:
    long = "Établissements-d’enseignement-supérieur-et-de-recherche-publique et le reste de la phrase, plus long encore"
    drawn = tree(figure("barres", f"titre : T\n{long} : 1\nb : 2"))
    lines = [str(text.text) for text in drawn.findall(".//text[@class='chart-label']")]
    assert " ".join(lines).replace("- ", "-") == f"{french(long)} b"


def test_parts_share_a_bar_in_their_order_by_pattern_and_by_number() -> None:
    drawn = tree(figure("parts", "titre : T\nparts : A ; B\nx : 30 ; 10\ny : 20 ; 0"))
    widths = [float(str(rect.get("width"))) for rect in drawn.findall(".//svg/rect") if rect.get("height") == "20" and rect.get("class")]
    assert widths == pytest.approx([268, 88, 178])
    assert [text.text for text in drawn.findall(".//text")] == ["A", "B", "x", "30", "10", "y", "20", "0"]
    assert len(drawn.findall(".//rect[@fill='url(#f-stripes)']")) == 4, "one in the key, one in the first bar, one before each number"
    assert [cell.text for cell in drawn.findall(".//td")] == ["30", "10", "20", "0"]


def test_a_small_tree_is_a_chart_on_a_large_screen_and_an_outline_on_a_narrow_one() -> None:
    wide, narrow = tree(figure("arbre")).findall(".//svg")
    assert [box.top for box in boxes(wide)][1] == [box.top for box in boxes(wide)][3], "two branches side by side"
    tops = [box.top for box in boxes(narrow)]
    assert tops == sorted(set(tops))
    assert [box.left for box in boxes(narrow)] == [1, 19, 37, 19]
    assert len(narrow.findall("path")) == 3


def test_a_tree_of_many_branches_is_an_outline_everywhere() -> None:
    wide, narrow = tree(figure("arbre", "titre : T\n- racine\n" + "\n".join(f"  - {name}" for name in "abcde"))).findall(".//svg")
    assert len({box.left for box in boxes(wide)}) == len({box.left for box in boxes(narrow)}) == 2


def test_roots_stand_side_by_side() -> None:
    wide, _ = tree(figure("arbre", "titre : T\n- Préfecture\n  - Délégué\n- Mairie\n- Rectorat")).findall(".//svg")
    assert [box.left for box in boxes(wide) if box.top == 1] == pytest.approx([1, 198, 396], abs=1)


def test_a_tree_is_a_list_of_lists() -> None:
    top = tree(figure("arbre")).find(".//details/ul")
    assert top is not None
    assert ["".join(item.itertext()).strip() for item in top.findall("./li/ul/li/ul/li")] == ["IEN\u202f: suit des écoles"]


def test_steps_are_numbered_and_a_way_out_is_dashed() -> None:
    wide, narrow = tree(figure("étapes")).findall(".//svg")
    for svg in (wide, narrow):
        assert [text.text for text in svg.findall("text[@class='chart-value']") if str(text.text)[0].isdigit()] == [
            "1. L’association",
            "2. Le service",
            "3. Le préfet",
            "4. L’État",
        ]
        assert len(svg.findall("rect[@class='chart-way-out']")) == len(svg.findall("path[@class='chart-dashed']")) == 1
        assert len(svg.findall("path[@class='chart-head']")) == 3, "an arrow from each step to the next"


def test_an_arrow_joins_both_sides_of_each_line() -> None:
    for svg in tree(figure("avant-après")).findall(".//svg"):
        before, after = list(boxes(svg))[:2]
        assert before.right < after.left
        assert (before.top, before.foot) == (after.top, after.foot)
        assert len(svg.findall("path[@class='chart-head']")) == 2


def test_a_map_names_its_places_or_numbers_them_from_north_to_south() -> None:
    wide, narrow = tree(figure("carte")).findall(".//svg")
    assert [text.text for text in wide.findall("text")][:2] == ["Dunkerque", "Boulogne-sur-"]
    assert [text.text for text in narrow.findall("text[@class='chart-value']")][-4:] == ["1", "2", "3", "4"]
    assert len(wide.findall("circle[@class='chart-ground']")) == 18 - 4, "three rows of six cells, four of which are taken"
    assert [head.text for head in tree(figure("carte")).findall(".//tbody//th")] == ["Dunkerque", "Boulogne-sur-Mer", "Lille", "Laon"]


def test_each_group_of_a_map_has_its_own_sign() -> None:
    found = figure("carte", "titre : T\n" + "\n".join(f"A{row} Lieu : groupe {row}" for row in range(1, 7)))
    wide = tree(found).findall(".//svg")[0]
    signs = {(sign.tag, sign.get("class"), "h-13" in str(sign.get("d"))) for sign in wide if sign.get("class") in ("chart-bar", "chart-hollow")}
    assert len(signs) == 6


def test_a_contour_goes_around_its_cells_and_the_table_says_who_is_in() -> None:
    found = figure("carte", "titre : T\ncontour Cité : A1 B1 B2\ncontour Quartier : B1 B2\nA1 Hugo\nB1 Camus\nB2 Curie\nC2 Colette")
    drawn = tree(found)
    wide, narrow = drawn.findall(".//svg")
    for svg, cell in ((wide, 160), (narrow, 90)):
        assert len(svg.findall("rect[@class='chart-box']")) == 0, "lines say what belongs together"
        cite, quartier = (svg.findall(f"path[@class='chart-contour chart-contour-{place}']")[0].get("d") for place in (1, 2))
        assert str(cite).count("M") == 8, "eight sides of three cells have no neighbour inside"
        assert str(cite).startswith(f"M2.0 2.0 H{cell:.1f}"), "a straight side goes on to the next cell"
        assert f"H{cell + 2:.1f}" in str(cite), "and beyond, where the contour turns inwards"
        assert str(quartier).startswith(f"M{cell + 7:.1f} 7.0 H"), "a second one stays inside the first"
    rows = [[cell.text for cell in row] for row in drawn.findall(".//tbody/tr")]
    assert rows == [
        ["Hugo", "A1", "dedans", "dehors"],
        ["Camus", "B1", "dedans", "dedans"],
        ["Curie", "B2", "dedans", "dedans"],
        ["Colette", "C2", "dehors", "dehors"],
    ]


def test_notes_are_called_in_the_caption() -> None:
    html = draw(figure("barres"), "f", Markup('<sup class="note-call">1</sup>'))
    assert 'Où étudient les élèves (%)<sup class="note-call">1</sup></figcaption>' in html


def test_lines_run_side_by_side_on_a_large_screen_and_become_rails_on_a_narrow_one() -> None:
    wide, narrow = tree(figure("lignes")).findall(".//svg")
    contract, network, meets, misses, later = boxes(wide)
    assert (contract.top, contract.foot) == (network.top, network.foot)
    assert (meets.left, meets.right) == (misses.left, misses.right) == (contract.left, network.right)
    assert later.left == network.left, "what a line did not do leaves its place empty"
    assert len({box.left for box in boxes(narrow)}) == 1
    assert len(narrow.findall("circle")) == 3 + 2, "one on its line for each fact, one on each line where they meet"


def test_lines_are_told_in_a_table_with_where_they_meet() -> None:
    rows = ["".join(row.itertext()) for row in tree(figure("lignes")).findall(".//tbody/tr")]
    assert rows == [
        "1998La villeun contrat",
        "1998L’écoleun réseau",
        "1998Elles se croisentils se citent",
        "1998Elles se manquentdeux comités",
        "2006-2007L’écoleRAR",
    ]
