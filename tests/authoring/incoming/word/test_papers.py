"""Fifty papers as people make them in Word: two questions, and the right answer of each, whatever shows them; what a lesson keeps, or says that it lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.content.values.quiz import Choices, ShortText
from tests.authoring.incoming.word.papers import KEYS, LIST, MARKS, NUMBERINGS, QUESTIONS, document, listed, paper, saved
from tests.authoring.incoming.word.papers_parts import made, quiz

FIRST, *OTHERS = NUMBERINGS
SAID = [*MARKS, *KEYS]


@pytest.mark.parametrize(
    ("numbering", "said"),
    [
        *((FIRST, said) for said in SAID),
        *((one, SAID[0]) for one in OTHERS),
        *(pytest.param(one, said, marks=pytest.mark.proof) for one in OTHERS for said in SAID[1:]),
    ],
)
def test_a_paper_is_two_questions_with_their_right_answers(numbering: str, said: str) -> None:
    result = made(paper(numbering, said))
    found = quiz(result.quiz)
    assert result.title == "Le contrat de ville"
    assert result.lesson == "", result.lesson
    assert [question.statement.text for question in found.questions] == [question for question, _, _ in QUESTIONS]
    for question, (_, options, right) in zip(found.questions, QUESTIONS, strict=True):
        assert isinstance(question.answer, Choices)
        assert [(option.text.text, option.correct) for option in question.answer.options] == [(text, place == right) for place, text in enumerate(options)]
    looks = said in ("gras", "surligné", "rouge", "vert et rouge", "souligné")
    assert ("vérifiez-la" in result.quiz) is looks, "what a look meant is to be read again"


@pytest.mark.parametrize(("empty", "ticked"), ["☐☒", "□■", "🞎🗹", "❌✅", "✗✓"])
def test_boxes_of_word(empty: str, ticked: str) -> None:
    document_ = document()
    for line in ("1) Qui signe ?", f"{empty} Le maire", f"{ticked} Le préfet", "2) Qui paie ?", f"{ticked} La ville", f"{empty} La région"):
        document_.add_paragraph(line)
    found = quiz(made(saved(document_)).quiz)
    assert [[option.correct for option in question.answer.proposed_options()] for question in found.questions] == [[False, True], [True, False]]


@pytest.mark.parametrize(("ticked", "truths"), [("X", ["Vrai", "Faux"]), ("", [])])
def test_a_table_of_true_and_false(ticked: str, truths: list[str]) -> None:
    document_ = document()
    table = document_.add_table(rows=3, cols=3)
    rows = (("Affirmation", "Vrai", "Faux"), ("Le préfet signe.", ticked, ""), ("Le recteur paie.", "", ticked))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    result = made(saved(document_))
    if not truths:
        assert "n’est pas repris en questions" in result.lesson
        return
    answers = [question.answer for question in quiz(result.quiz).questions]
    assert ["Vrai" if answer.proposed_options()[0].correct else "Faux" for answer in answers if not isinstance(answer, ShortText)] == truths


def _lesson(write: Callable[[Any], None]) -> str:
    document_ = document()
    document_.add_heading("Une leçon", 0)
    write(document_)
    return made(saved(document_)).lesson


def _raised(made_: Any) -> None:
    paragraph = made_.add_paragraph("Il y a 10")
    paragraph.add_run("3").font.superscript = True
    paragraph.add_run(" m")
    paragraph.add_run("2").font.superscript = True
    paragraph.add_run(", le 1")
    paragraph.add_run("er").font.superscript = True
    paragraph.add_run(" janvier, H")
    paragraph.add_run("2").font.subscript = True
    paragraph.add_run("O.")


def _second_level(made_: Any) -> None:
    for words, style in (("Un", "List Bullet"), ("Dedans", "List Bullet 2"), ("Deux", "List Bullet")):
        made_.add_paragraph(words, style=style)


def _restarted(made_: Any) -> None:
    for words, number in (("Un", LIST), ("Deux", LIST), ("Autre", LIST + 1)):
        listed(made_.add_paragraph(words), 0, number)


def _continued(made_: Any) -> None:
    listed(made_.add_paragraph("Un"), 0)
    made_.add_paragraph("Une phrase entre les deux.")
    listed(made_.add_paragraph("Deux"), 0)


def _looks(made_: Any) -> None:
    made_.add_paragraph("Une phrase ").add_run("soulignée.").underline = True


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (_raised, "10³ m², le 1er janvier, H₂O."),
        (_second_level, "- Un\n  - Dedans\n- Deux"),
        (_restarted, "Une seconde liste numérotée commence ici"),
        (_continued, "Cette liste continuait à 2"),
        (_looks, "Le souligné n’est pas repris"),
        (lambda made_: made_.add_paragraph("2014. La loi Lamy."), "2014\\. La loi Lamy."),
        (
            lambda made_: [listed(made_.add_paragraph(words), level) for words, level in (("Préparer", 0), ("inviter", 1), ("réserver", 1))],
            "1. Préparer\n   1. inviter\n   2. réserver",
        ),
    ],
)
def test_a_lesson_keeps_it_or_says_it(write: Callable[[Any], None], said: str) -> None:
    assert said in _lesson(write)
