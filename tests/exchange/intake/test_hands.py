"""Papers of many hands: each question is read with its right key, or rightly asked; never silently wrong, and nothing of it lost."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.intake.units import LESSON, SourceReading
from tests.exchange.intake import office_papers
from tests.exchange.intake.habits import HABITS
from tests.exchange.intake.hands import PASTES
from tests.exchange.intake.papers import KEYS, MARKS, NUMBERINGS, QUESTIONS, paper
from tests.exchange.intake.reading import answer_by_guess, is_as, of_file, of_text, source_of, summary_of, words_of
from tests.exchange.intake.word_hands import PAPERS, docx_of

RIGHT = [options[right] for _, options, right in QUESTIONS]
SURE = {"(bonne réponse)", "vert et rouge", "surligné", *KEYS}
"""Ways to say the right answer that leave no doubt, where every question uses them."""


def agrees(reading: SourceReading, expected: tuple[str, ...]) -> bool:
    return len(reading.units) == len(expected) and all(map(is_as, reading.units, expected))


@pytest.mark.parametrize("name", PASTES)
def test_a_paste_is_read_or_rightly_asked(name: str) -> None:
    text, expected = PASTES[name]
    reading = of_text(text)
    assert agrees(reading, expected), summary_of(reading)


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_read_or_rightly_asked(name: str) -> None:
    data, expected = PAPERS[name]
    reading = of_file("essai.docx", data)
    assert agrees(reading, expected), summary_of(reading)


def test_an_empty_paragraph_is_no_line_to_ask_about() -> None:
    """A page break, a paragraph that only wears a look."""
    data = docx_of("1. Qui signe ?", "a) le maire", "{v:b) le préfet}", "", "{v: }", "2. Qui paie ?", "a) la ville", "{v:b) l’État}", "{v: }", "")
    reading = of_file("essai.docx", data)
    assert agrees(reading, ("single : le préfet", "single : l’État")), summary_of(reading)


def test_what_is_asked_once_is_guessed_once() -> None:
    reading = of_text("1. Qui gère les collèges ? □ la commune ✘ le département\n2. Que paie la commune ? ✘ les murs ✘ les ATSEM □ les professeurs\n")
    assert [(unit.state, unit.key) for unit in reading.units] == [("asked", ("le département",)), ("asked", ("les murs", "les ATSEM"))]


@pytest.mark.parametrize("said", ["20 % (tolérance 2)", "20 % (à ± 2 près)", "20 % (+/- 2)", "19 % (accepter de 18 à 22)"])
def test_a_number_keeps_how_far_its_author_lets_one_go(said: str) -> None:
    (unit,) = of_text(f"Q1. Quelle part des élèves ?\nR : {said}\n").units
    assert (unit.state, "± 2" in unit.text) == ("read", True), unit.text


@pytest.mark.parametrize("said", ["5 (2014)", "5 (à 2014)"])
def test_a_number_behind_another_is_not_how_far_one_may_go(said: str) -> None:
    (unit,) = of_text(f"Q1. Combien de conseils ?\nR : {said}\n").units
    assert "±" not in unit.text


def test_columns_of_figures_in_a_lesson_are_no_question() -> None:
    lines = "".join(f"Ville {n}     {n} 000 habitants     {n} quartiers\n" for n in range(1, 6))
    reading = of_text(f"Les villes du contrat :\nVille     Habitants     Quartiers\n{lines}")
    assert [unit.kind for unit in reading.units] == [LESSON], summary_of(reading)


FIRST = next(iter(NUMBERINGS))


@pytest.mark.parametrize(
    ("numbering", "said"),
    [*((FIRST, said) for said in (*MARKS, *KEYS)), *((each, said) for each in NUMBERINGS if each != FIRST for said in ("gras", "1b, 2c"))],
)
def test_any_numbering_goes_with_any_key(numbering: str, said: str) -> None:
    reading = of_file("essai.docx", paper(numbering, said))
    assert [unit.key for unit in reading.units] == [(right,) for right in RIGHT]
    assert said not in SURE or all(unit.state == "read" for unit in reading.units), summary_of(reading)


def _odt(body: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "content.xml",
            office_papers.fodt(body).replace(b"office:document ", b"office:document-content ").replace(b"</office:document>", b"</office:document-content>"),
        )
    return out.getvalue()


@pytest.mark.parametrize("name", office_papers.PAPERS)
def test_a_libreoffice_text_is_read_as_it_is(name: str) -> None:
    reading = of_file("essai.odt", _odt(office_papers.PAPERS[name]))
    assert [unit.key for unit in reading.units] == [(right,) for right in RIGHT]


# --- By construction ---

_ANNOUNCED = "question reponse reponses bonne bonnes explication corrige correct answer vrai faux cle markdown solution attendue affirmation choix points details summary voir premiere deuxieme environ affirmations"


def lost_of(text: str) -> set[str]:
    """Words of a source that are nowhere on its page."""
    reading = of_text(text)
    told = [reading.title, *reading.remarks, *(each.text for each in reading.aside)]
    told += [" ".join([doubt.asks, doubt.guess, *(words for _, words in doubt.choices)]) for doubt in reading.doubts]
    told += [" ".join([unit.text, unit.statement, *unit.options, *unit.key, *unit.losses, unit.refused]) for unit in reading.units]
    return words_of(text) - words_of(" ".join(told)) - words_of(_ANNOUNCED)


@pytest.mark.parametrize("name", PASTES)
def test_nothing_of_a_paste_is_lost_in_silence(name: str) -> None:
    assert not lost_of(PASTES[name][0])


LINES = (
    "1. Qui signe ?",
    "2) Qui paie la note ?",
    "a) le préfet",
    "b) le maire",
    "- la caisse",
    "☐ un chat",
    "☑ un chien",
    "✗ une oie",
    "Réponse : b",
    "R : 12",
    "Corrigé : 1b, 2a",
)
LINES += (
    "Vrai / Faux",
    "La loi ____ date.",
    "",
    "Explication : parce que",
    "Bonjour Sylvie",
    "# Titre",
    "| a | b |",
    "{info}",
    "Une phrase qui ne dit rien de plus.",
    "........",
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=14))
def test_no_line_goes_nowhere_and_each_answer_ends_a_doubt(lines: list[str]) -> None:
    text = "\n".join(lines)
    if not text.strip():
        return
    assert not lost_of(text), text
    reading = answer_by_guess(source_of("colle.txt", text.encode()))
    assert all(unit.state != "asked" for unit in reading.units)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5),
    st.integers(0, 4),
    st.sampled_from(["{}) ", "{}. ", "({}) ", "{} - ", "{}/ "]),
    st.sampled_from(["Bonne réponse : {}", "Réponse : {}", "La bonne réponse est : {}", "Rép. {}", "→ {}", "réponse {}"]),
    st.sampled_from(["1. ", "1) ", "1°) ", "1 - ", "Q1 : ", "Question 1 – ", "**1.** ", ""]),
)
def test_letters_and_their_key_in_all_their_forms(count: int, right: int, sign: str, key: str, number: str) -> None:
    right %= count + 1
    options = [f"{sign.format('abcdef'[place])}Réponse numéro {['un', 'deux', 'trois', 'quatre', 'cinq', 'six'][place]}" for place in range(count + 1)]
    reading = of_text("\n".join([f"{number}Laquelle choisir ?", *options, key.format("abcdef"[right])]))
    (unit,) = reading.units
    assert unit.key == (unit.options[right],), summary_of(reading)


# --- What an answer teaches ---


def test_one_answer_teaches_the_whole_file() -> None:
    text = PASTES["croix seules"][0]
    asked = of_text(text)
    assert [doubt.key for doubt in asked.doubts] == ["signe:✗"]
    right, wrong = of_text(text, {"signe:✗": "juste"}), of_text(text, {"signe:✗": "faux"})
    assert summary_of(right) == [("single", "read", "La Caf"), ("single", "read", "L'État")]
    assert [unit.kind for unit in wrong.units] == ["multiple", "multiple"]
    assert not right.doubts
    assert not wrong.doubts


def test_people_and_talk_are_set_aside_unless_kept() -> None:
    text = PASTES["courriel"][0]
    reading = of_text(text)
    assert {"06 12 34 56 78", "Bonjour Karim,"} <= {each.text for each in reading.aside}
    assert not any("Sylvie" in unit.text for unit in reading.units)
    key = next(each.key for each in reading.aside if each.text == "Bonjour Karim,")
    assert [each.text for each in of_text(text, {key: "garder"}).aside if each.kept] == ["Bonjour Karim,"]


def test_what_another_hand_wrote_on_a_copy_is_asked_and_its_name_is_no_title() -> None:
    reading = of_file("copie.docx", PAPERS["copie corrigée"][0])
    assert all(unit.state == "asked" for unit in reading.units), summary_of(reading)
    assert "Belkacem" not in reading.title


@pytest.mark.parametrize("said", ["Réponse : b", "b", "Le maire"])
def test_a_comment_of_a_document_gives_the_key(said: str) -> None:
    document = docx.Document(io.BytesIO(docx_of("1. Qui signe ?", "a) Le préfet", "b) Le maire")))
    document.add_comment(document.paragraphs[0].runs, said, author="Paul")
    out = io.BytesIO()
    document.save(out)
    assert summary_of(of_file("essai.docx", out.getvalue())) == [("single", "read", "Le maire")]


def test_what_looks_like_a_question_never_makes_a_lesson_in_silence() -> None:
    reading = of_text("Qui signe\nle préfet (V)\nle maire (F)\n")
    assert all(unit.state == "asked" for unit in reading.units), summary_of(reading)
    as_text = of_text("Qui signe\nle préfet (V)\nle maire (F)\n", {"est-ce-une-question": "laisser"})
    assert [unit.kind for unit in as_text.units] == [LESSON]


@pytest.mark.parametrize("name", HABITS)
def test_an_ordinary_habit_is_read_or_rightly_asked(name: str) -> None:
    text, expected = HABITS[name]
    reading = of_text(text)
    assert agrees(reading, expected), summary_of(reading)
