"""cours.md: one to five lines with their words and colours, each fault with its line."""

from __future__ import annotations

import pytest

from app.content.checks import check_timeless
from app.content.documents.index import CourseIndex
from app.content.documents.reader import read_document
from app.content.rendering.sheet import sheet
from app.content.values.course import Course, Cover, count_in_words, default_lines
from app.platform.colours import PALETTE

HEAD = "---\ntitre : atelier\npour : qui veut\naccroche : Deux fils\n---\n\nUn cours d'essai.\n\n"
VILLES, ECOLES = "## Le fil des villes {#villes}\n\ndans une phrase : le fil des villes\n", "## Le fil des écoles {#ecoles}\n"


def cover(text: str) -> Cover:
    found = read_document("modules/cours.md", text).document
    assert isinstance(found, Cover)
    return found


def test_a_course_says_what_it_is() -> None:
    found = cover(f"{HEAD}{VILLES}couleur : #8a1c4a / #f29cc0\nculture : État\n\n{ECOLES}\n## Le nœud {{#croisement}}\n\ndans une phrase : au nœud\n")
    assert (found.title, found.audience, found.heading, found.introduction) == ("atelier", "qui veut", "Deux fils", "Un cours d’essai.")
    assert [(line.id, line.said, line.side) for line in found.lines] == [("villes", "le fil des villes", "etat"), ("ecoles", "le fil des écoles", "")]
    assert (found.lines[0].colour.light, found.lines[1].colour) == ("#8a1c4a", PALETTE[1])
    assert (found.crossing, found.crossing_title) == ("Le nœud", "Au nœud")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD, (5, "E10")),
        (f"{HEAD}{VILLES}\n{VILLES}", (13, "E23")),
        (f"{HEAD}{VILLES}couleur : rouge\n", (12, "E09")),
        (f"{HEAD}{VILLES}couleur : #ffff00 / #f29cc0\n", (12, "E09")),
        (f"{HEAD}{VILLES}culture : mairie\n", (12, "E09")),
        (HEAD + "".join(f"## Fil {number} {{#fil-{number}}}\n\n" for number in range(6)), (19, "E09")),
        (HEAD.replace("titre : atelier\n", "") + VILLES, (1, "E10")),
    ],
)
def test_a_fault_has_its_line(text: str, expected: tuple[int, str]) -> None:
    line, code = expected
    found = [(each.line, each.code) for each in read_document("modules/cours.md", text).problems]
    assert [each for each in found if each[1] == code], found
    assert any(abs(each[0] - line) <= 2 and each[1] == code for each in found), found


def test_a_history_that_the_course_does_not_tell_is_told_by_module_and_by_date() -> None:
    module = "---\nid : mod\ntitre : Mod\nhistoire : mer\nobjectifs :\n- M1 : Dire\nleçons :\n---\n\nTexte.\n"
    files = {"modules/cours.md": HEAD + VILLES, "modules/mod/module.md": module, "modules/frise.md": "- 1990 · villes · Un fait.\n- 1991 · mer · Un autre.\n"}
    found = check_timeless(CourseIndex(read_document(path, text) for path, text in files.items()))
    assert [(each.path, each.line) for each in found if each.code == "E09"] == [("modules/frise.md", 2), ("modules/mod/module.md", 4)]


def test_a_course_without_one_has_the_lines_that_its_files_name() -> None:
    assert [line.name for line in default_lines(["fil-des-villes", "croisement", "mer", "fil-des-villes"])] == ["Fil des villes", "Mer"]
    assert Course(0).lines == ()


@pytest.mark.parametrize(
    ("count", "said"), [(1, ("une histoire", "l’histoire")), (2, ("deux histoires", "les deux histoires")), (5, ("cinq histoires", "les cinq histoires"))]
)
def test_lines_are_counted_in_words(count: int, said: tuple[str, str]) -> None:
    lines = default_lines([f"fil-{number}" for number in range(count)])
    assert (count_in_words(lines), count_in_words(lines, "les")) == said


@pytest.mark.parametrize("count", range(6))
def test_a_sheet_for_any_number_of_lines(count: int) -> None:
    """Balanced, without anything that a browser would ask for elsewhere, every line drawn; where lines meet, the widest rule last."""
    lines = default_lines([f"fil-{number}" for number in range(count)])
    text = sheet(lines)
    assert text.count("{") == text.count("}")
    assert not {"url(", "@import", "None", "nan"} & {word for word in ("url(", "@import", "None", "nan") if word in text}
    assert all(f".line-fil-{number} " in text for number in range(count))
    if count > 2:
        assert text.index(".on-fil-0.on-fil-1 ") < text.index(f".on-fil-0.on-fil-{count - 1} ")
