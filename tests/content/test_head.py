"""The head: keys, lists, comments, continuation, limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.head import MAX_HEAD_LINES, Head, read_head, read_lines, read_optional_head

KNOWN = ("id", "titre", "leçons", "objectifs", "notes", "mélanger", "seuil")


def head(*lines: str) -> tuple[Head, list[str]]:
    """The head made of these lines, and the codes of its problems with their lines."""
    read, _, _, problems = read_head("a.md", "\n".join(("---", *lines, "---", "corps")), KNOWN)
    return read, [f"{found.code}:{found.line}" for found in problems]


def test_a_value_is_cut_at_the_first_colon() -> None:
    read, problems = head("titre: Qui fait quoi ? Les acteurs : État, ville, école")
    assert read.text("titre") == "Qui fait quoi ? Les acteurs : État, ville, école"
    assert problems == []


def test_lists_are_commas_or_dashes() -> None:
    read, problems = head("leçons : a, b ,c", "objectifs :", "- M1 : un, deux", "- M2 : trois")
    assert [item.text for item in read.items("leçons")] == ["a", "b", "c"]
    assert [(item.text, item.line) for item in read.items("objectifs")] == [("M1 : un, deux", 4), ("M2 : trois", 5)]
    assert problems == []


def test_the_lists_of_yaml_have_one_meaning() -> None:
    read, problems = head("leçons: [a, b]", 'titre: "Un titre"')
    assert [item.text for item in read.items("leçons")] == ["a", "b"]
    assert read.text("titre") == "Un titre"
    assert problems == []


def test_comments_end_a_value_except_where_text_is_free() -> None:
    read, _ = head("# une ligne", "seuil : 70 # pour réussir", "titre : Le lot # 4")
    assert read.text("seuil") == "70"
    assert read.text("titre") == "Le lot # 4"


def test_free_values_go_on_on_indented_lines() -> None:
    read, problems = head("notes : à relire", "  avec Ines : demain", "objectifs :", "- M1 : un", "  et demi")
    assert read.text("notes") == "à relire avec Ines : demain"
    assert [item.text for item in read.items("objectifs")] == ["M1 : un et demi"]
    assert problems == []


def test_an_indented_key_is_still_a_key() -> None:
    read, problems = head("titre : Un", "  seuil : 70")
    assert (read.text("titre"), read.text("seuil")) == ("Un", "70")
    assert problems == []


def test_case_and_no_break_spaces_are_silent_and_accents_are_told() -> None:
    read, problems = head("Titre\u00a0: Un", "LECONS : a")
    assert read.text("titre") == "Un"
    assert [item.text for item in read.items("leçons")] == ["a"]
    assert problems == ["A20:3"]


def test_an_unknown_key_names_the_nearest() -> None:
    _, _, _, problems = read_head("a.md", "---\nsueil : 70\n---\n", KNOWN)
    assert [(found.code, found.line) for found in problems] == [("E05", 2)]
    assert "« seuil »" in problems[0].hint


def test_yes_and_no() -> None:
    assert head("mélanger : non")[0].yes("mélanger", True) is False
    assert head("mélanger : Oui")[0].yes("mélanger", False) is True
    assert head("titre : x")[0].yes("mélanger", True) is True
    read, problems = head("mélanger : parfois")
    assert (read.yes("mélanger", True), problems) == (True, ["E09:2"])


def test_the_lines_of_what_is_missing_and_of_what_is_there() -> None:
    read, _ = head("titre : Un", "seuil : 70")
    assert (read.line("seuil"), read.line("id")) == (3, 1)
    assert "seuil" in read
    assert "id" not in read


def test_the_body_begins_on_its_line_in_the_file() -> None:
    _, body, line, _ = read_head("a.md", "\n---\nid : abc\n---\nun\ndeux\n", KNOWN)
    assert (body, line) == ("un\ndeux\n", 5)


def test_no_head_and_no_end_are_told() -> None:
    assert [found.code for found in read_head("a.md", "du texte", KNOWN)[3]] == ["E04"]
    _, body, _, problems = read_head("a.md", "---\nid : abc\ndu texte", KNOWN)
    assert (body, [found.code for found in problems]) == ("", ["E04"])


@pytest.mark.parametrize("lines", [["k : v"] * 10_000, ["titre : " + "a" * 1_000_000], [f"k{number} : v" for number in range(10_000)]])
def test_a_huge_head_is_refused_at_one_line(lines: list[str]) -> None:
    read, problems = head(*lines)
    assert not read.entries
    assert problems in (["E02:2"], [f"E02:{MAX_HEAD_LINES + 2}"])


def test_a_file_without_need_of_a_head_may_have_one() -> None:
    assert read_optional_head("a.md", "un\n")[1:3] == ("un\n", 1)
    assert read_optional_head("a.md", "---\ntitre : x\n---\nun\n")[1:3] == ("un\n", 4)


def test_the_same_grammar_elsewhere() -> None:
    read, problems = read_lines("a.md", ["", "titre : x"], 10, KNOWN)
    assert (read.text("titre"), read.line("titre"), problems) == ("x", 11, ())


@given(st.text())
def test_reading_a_head_never_raises(text: str) -> None:
    read_head("a.md", text, KNOWN)
    read_head("a.md", f"---\n{text}\n---\n", KNOWN)
