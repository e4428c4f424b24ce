"""The head: keys, lists, comments, continuation, limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.text.head import MAX_HEAD_CHARACTERS, MAX_HEAD_LINES, Head, read_head, read_lines, read_optional_head

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


UNDERSTOOD = "Ligne d’en-tête non comprise"
REMEDY = "Écrivez « clé : valeur », ou « - » devant l’élément d’une liste."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1 E04 Ce fichier n’a pas d’en-tête. Commencez par une ligne « --- », des lignes « clé : valeur », une ligne « --- »."),
        ("\n\ndu texte", "3 E04 Ce fichier n’a pas d’en-tête. Commencez par une ligne « --- », des lignes « clé : valeur », une ligne « --- »."),
        ("\n---\nid : a\ndu texte", "2 E04 L’en-tête n’est pas fermé. Ajoutez une ligne « --- » après la dernière clé."),
        ("---\nid : a\n---\ncorps\n\n<!-- perdu", "6 E17 Ce commentaire « <!-- » n’est jamais fermé. Fermez-le par « --> »."),
        ("---\nune phrase\n---\n", f"2 E09 {UNDERSTOOD} : « une phrase ». {REMEDY}"),
        (f"---\n{'p' * 60}\n---\n", f"2 E09 {UNDERSTOOD} : « {'p' * 60} ». {REMEDY}"),
        (f"---\n{'p' * 61}\n---\n", f"2 E09 {UNDERSTOOD} : « {'p' * 59}… ». {REMEDY}"),
        ("---\n- rien avant\n---\n", f"2 E09 {UNDERSTOOD} : « - rien avant ». {REMEDY}"),
        ("---\n#collé\n---\n", f"2 E09 {UNDERSTOOD} : « #collé ». {REMEDY}"),
        ("---\nseuil : 70\n  de plus\n---\n", f"3 E09 {UNDERSTOOD} : « de plus ». {REMEDY}"),
        ("---\nid : a\n\nid : b\n---\n", "4 E12 La clé « id » est déjà écrite ligne 2. Gardez-en une seule."),
        ("---\nLECONS : a\n---\n", "2 A20 Clé « lecons » comprise comme « leçons ». Écrivez « leçons : »."),
        ("---\nsueil : 70\n---\n", "2 E05 Clé inconnue : « sueil ». Vouliez-vous dire « seuil » ?"),
        ("---\nxyz : 70\n---\n", "2 E05 Clé inconnue : « xyz ». Clés connues : id, titre, leçons, objectifs, notes, mélanger, seuil."),
        (f"---\n{'k' * 61} : 70\n---\n", f"2 E05 Clé inconnue : « {'k' * 59}… ». Clés connues : id, titre, leçons, objectifs, notes, mélanger, seuil."),
        ("---\nmélanger : parfois\n---\n", "2 E09 « mélanger » attend oui ou non, et non « parfois ». Écrivez « mélanger : oui » ou « mélanger : non »."),
        (
            "---\n" + "notes : x\n" * (MAX_HEAD_LINES + 1) + "---\n",
            f"{MAX_HEAD_LINES + 2} E02 En-tête trop grand : plus de 300 lignes ou de 30 000 caractères. L’en-tête se termine-t-il bien par une ligne « --- » ?",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_file_its_line_and_a_remedy(text: str, said: str) -> None:
    problems = read_head("modules/a.md", text, KNOWN)[3]
    assert [f"{found.path}:{found.line} {found.code} {found.message} {found.hint}" for found in problems] == [f"modules/a.md:{said}"]


def test_without_a_head_or_its_end_the_text_is_still_read() -> None:
    assert read_head("a.md", "\nun\n", KNOWN)[1:3] == ("\nun\n", 1)
    assert read_head("a.md", "---\nid : a\nun\n", KNOWN)[1:3] == ("", 4)
    assert read_head("a.md", "---\n---\nun\n", KNOWN)[1:] == ("un\n", 3, ())
    _, body, line, problems = read_head("a.md", "un\n<!-- perdu", KNOWN)
    assert (body, line, [(found.path, found.code, found.line) for found in problems]) == ("un\n<!-- perdu\n", 1, [("a.md", "E04", 1), ("a.md", "E17", 2)])
    assert read_head("a.md", "---\nid : a\n---\nun <!-- caché\n--> deux\n", KNOWN)[1:] == ("un \n deux\n", 4, ())


LISTS = [
    ("dashes, bullets and en dashes", ("leçons :", "- a", "• b", "– c"), ["a", "b", "c"]),
    ("after a value on the key's own line", ("leçons : a", "- b"), ["a", "b"]),
    ("a comment after an item", ("leçons :", "- a # la première", "- b"), ["a", "b"]),
    ("quoted items", ("leçons :", '- "a"'), ["a"]),
    ("an item without its space is no item", ("leçons : a", "-b"), ["a"]),
    ("commas, empty places left out", ("leçons : a, ,b,",), ["a", "b"]),
    ("a bracket that is not closed is a letter", ("leçons : [a",), ["[a"]),
    ("nor one that was not opened", ("leçons : a]",), ["a]"]),
    ("no value", ("leçons :",), []),
    ("no comment in a free one", ("objectifs :", "- Le lot # 4"), ["Le lot # 4"]),
    ("it may begin with the name of a key", ("objectifs :", "- un", "  Seuil de pauvreté"), ["un Seuil de pauvreté"]),
    ("free values hold commas", ("objectifs : un, deux",), ["un, deux"]),
    ("an item goes on, the others stay", ("objectifs :", "- un", "- deux", "  et demi", "  ou plus", "- trois"), ["un", "deux et demi ou plus", "trois"]),
    ("so does the key's own line", ("objectifs : un,", "\tdeux"), ["un, deux"]),
]


@pytest.mark.parametrize(("lines", "items"), [case[1:] for case in LISTS], ids=[case[0] for case in LISTS])
def test_lists(lines: tuple[str, ...], items: list[str]) -> None:
    assert [item.text for item in head(*lines)[0].items(lines[0].split(" ")[0])] == items


def test_an_item_and_what_follows_it_stand_on_its_line() -> None:
    read, _ = head("titre : x", "objectifs : un", "  deux", "- trois", "  quatre", "leçons : a, b")
    assert [(item.text, item.line) for item in read.items("leçons")] == [("a", 7), ("b", 7)]
    assert read.items("seuil") == ()
    assert [(item.text, item.line) for item in read.items("objectifs")] == [("un deux", 3), ("trois quatre", 5)]
    assert (read.text("objectifs"), read.line("objectifs")) == ("un deux", 3)


VALUES = [
    ("narrow no-break spaces are spaces", "titre\u202f: Où\u202f?", "titre", "Où ?"),
    ("so are no-break spaces", "titre\u00a0: 3\u00a0villes", "titre", "3 villes"),
    ("a key in capitals, with an accent", "MÉLANGER : non", "mélanger", "non"),
    ("a comment alone", "seuil : # plus tard", "seuil", ""),
    ("a sign against a word is no comment", "seuil : a#b", "seuil", "a#b"),
    ("quotation marks", 'titre : " Un titre "', "titre", "Un titre"),
    ("nothing between them", 'titre : ""', "titre", ""),
    ("one alone", 'titre : "', "titre", '"'),
    ("one at the end", 'titre : dit "oui"', "titre", 'dit "oui"'),
    ("a key that is not written", "seuil : 70", "titre", ""),
]


@pytest.mark.parametrize(("line", "key", "value"), [case[1:] for case in VALUES], ids=[case[0] for case in VALUES])
def test_values(line: str, key: str, value: str) -> None:
    read, problems = head(line)
    assert (read.text(key), problems) == (value, [])


def test_a_value_that_begins_on_the_next_line_has_no_space_before_it() -> None:
    read, _ = head("notes :", "  à relire")
    assert (read.text("notes"), [(item.text, item.line) for item in read.items("notes")]) == ("à relire", [("à relire", 2)])


def test_lines_that_say_nothing_are_passed_over() -> None:
    read, problems = head("# un", "  # deux", "#", "", "   ", "titre : x", "# trois")
    assert (read.text("titre"), read.line("titre"), problems) == ("x", 7, [])


def test_after_an_unknown_key_its_list_is_not_taken_for_that_of_the_key_before() -> None:
    read, problems = head("objectifs : un", "buts :", "- deux")
    assert [item.text for item in read.items("objectifs")] == ["un"]
    assert problems == ["E05:3", "E09:4"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["# x"] * MAX_HEAD_LINES, []),
        (["# x"] * (MAX_HEAD_LINES + 1), [f"E02:{MAX_HEAD_LINES + 2}"]),
        (["# " + "x" * (MAX_HEAD_CHARACTERS // 2 - 2)] * 2, []),
        (["# " + "x" * (MAX_HEAD_CHARACTERS // 2 - 2), "# " + "x" * (MAX_HEAD_CHARACTERS // 2 - 1)], ["E02:3"]),
    ],
)
def test_a_head_may_have_so_many_lines_and_letters_in_all_and_not_one_more(lines: list[str], code: list[str]) -> None:
    assert head(*lines)[1] == code


@pytest.mark.parametrize("lines", [["k : v"] * 10_000, ["titre : " + "a" * 1_000_000], [f"k{number} : v" for number in range(10_000)]])
def test_a_huge_head_is_refused_at_one_line(lines: list[str]) -> None:
    read, problems = head(*lines)
    assert not read.entries
    assert problems in (["E02:2"], [f"E02:{MAX_HEAD_LINES + 2}"])


def test_a_file_without_need_of_a_head_may_have_one() -> None:
    assert read_optional_head("a.md", "un\n")[1:3] == ("un\n", 1)
    assert read_optional_head("a.md", "---\ntitre : x\nauteur : y\nnotes : z\n---\nun\n")[1:] == ("un\n", 6, ())
    assert read_optional_head("a.md", "\ufeff\n---\ntitre : x\n---\nun\n")[1:] == ("un\n", 5, ())
    assert [(found.path, found.code) for found in read_optional_head("a.md", "---\nid : x\n---\nun\n")[3]] == [("a.md", "E05")]
    assert [(found.path, found.code, found.line) for found in read_optional_head("a.md", "un\n<!-- perdu")[3]] == [("a.md", "E17", 2)]


def test_the_same_grammar_elsewhere() -> None:
    read, problems = read_lines("a.md", ["", "titre : x"], 10, KNOWN)
    assert (read.text("titre"), read.line("titre"), read.line("id"), problems) == ("x", 11, 9, ())
    assert [(found.path, found.line) for found in read_lines("a.md", ["phrase"], 10, KNOWN)[1]] == [("a.md", 10)]


@given(st.text())
def test_reading_a_head_never_raises(text: str) -> None:
    read_head("a.md", text, KNOWN)
    read_head("a.md", f"---\n{text}\n---\n", KNOWN)
