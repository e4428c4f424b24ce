"""`tidy`: the habits of Word, of Moodle and of the hand are one list of edits, and what it writes reads the same, with none left."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.documents.describe import lines as understood
from app.content.documents.reader import read_document
from app.content.quiz.tidy import tidy
from app.content.text.normalise import normalise
from app.content.values.text import MAX_CHARACTERS
from tests.content.quiz.quiz_robust import PIECES, mutated
from tests.content.quiz.quiz_writings import HEAD, PATH
from tests.content.quiz.tidy import TEXTS

LINES = HEAD.count("\n")


def meaning(text: str) -> list[str]:
    """The quiz in words, and what is wrong with it, without line numbers: a tidied text may have more or fewer lines."""
    reading = read_document(PATH, text)
    errors = sorted(found.code for found in reading.problems if found.code != "A20")
    return [*(re.sub(r"ligne[ -]\d+", "ligne", line) for line in understood(reading)), *errors]


def test_a_tidied_quiz_reads_the_same_and_has_nothing_left_to_tidy(subtests: pytest.Subtests) -> None:
    for text in TEXTS:
        with subtests.test(text[:60]):
            tidied, _ = tidy(PATH, text)
            assert meaning(tidied) == meaning(text)
            assert tidy(PATH, tidied) == (tidied, ())


@settings(max_examples=200, deadline=None)
@given(st.one_of(mutated(), st.lists(PIECES, max_size=40).map(lambda pieces: f"{HEAD}## Question {{#abc}}\n\n{''.join(pieces)}")))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    tidied, _ = tidy(PATH, text)
    assert tidy(PATH, tidied)[0] == tidied


def tidied_body(body: str) -> str:
    return tidy(PATH, HEAD + body)[0].removeprefix(HEAD)


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("##Qui signe ?\n", "## Qui signe ?\n"),
        ("## Qui signe ?\n{#qui-signe}\n", "## Qui signe ? {#qui-signe}\n"),
        ("Qui signe ?\n---\n{#qui-signe}\n", "## Qui signe ? {#qui-signe}\n"),
        ("**Question 3 :** Qui signe ?\n", "## Question 3 : Qui signe ?\n"),
        ("## Qui ?\n\na) Le maire\nb) Le préfet\n\nBonne réponse : b\n\n> Oui.\n", "## Qui ?\n\n- [ ] Le maire\n- [x] Le préfet\n\n\n> Oui.\n"),
        ("## Qui ?\n\n☐ Le maire ☑ Le préfet\n", "## Qui ?\n\n- [ ] Le maire\n- [x] Le préfet\n"),
        ("## Qui ?\n\n• [x] Le préfet\n- [ ] Le maire\npts = 2\n", "## Qui ?\n\n- [x] Le préfet\n- [ ] Le maire\n\nPoints : 2\n"),
        ("## Qui ?\n\nRéponse : x\n", "## Qui ?\n\nRéponse : x\n"),
        ("::Un:: Qui signe ? {=le préfet#Oui. ~le maire}\n", "::Un:: Qui signe ? {=le préfet#Oui. ~le maire}\n"),
        ("## Qui ?\n\nLa {=Seine ~Loire} coule.\n", "## Qui ?\n\nLa {=Seine ~Loire} coule.\n"),
        ("## Qui ?\n\n// À relire\n\nRéponse : le préfet\n", "## Qui ?\n\n<!-- À relire -->\n\nRéponse : le préfet\n"),
    ],
)
def test_what_each_habit_becomes(written: str, tidied: str) -> None:
    assert tidied_body(written) == tidied


def test_an_edit_knows_its_line_what_was_written_what_it_became_and_who_tells_of_it() -> None:
    _, edits = tidy(PATH, f"{HEAD}## Qui ?\n\na) Le maire\nb) Le préfet\n\nBonne réponse : b\n")
    assert [(edit.line - LINES, edit.written, edit.became, edit.code) for edit in edits] == [
        (3, "a) Le maire", ("- [ ] Le maire",), "A20"),
        (4, "b) Le préfet", ("- [x] Le préfet",), ""),
        (6, "Bonne réponse : b", ("",), ""),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "## Que pensez-vous ? {#pensez}\n\n{}\n",  # refused: nobody but the trainer can mend it
        "## Qui ? {#qui}\n\n{\n~%50%Le préfet\n~%50%Le maire\n}\n",
        "## Qui ? {#qui}\n\n![[troika]]\n",
        "## Qui ? {#qui}\n\n• [x] Le préfet <!-- à vérifier -->\n- [ ] Le maire\n",  # a comment is never lost
    ],
)
def test_what_is_refused_stays_as_it_is_written(body: str) -> None:
    assert tidied_body(body) == body


@pytest.mark.parametrize("text", ["", "## Sans en-tête\n\na) b\n", "---\nid : x\n", "x" * 30_000, "a\n" * MAX_CHARACTERS])
def test_a_text_that_cannot_be_read_whole_is_left_alone(text: str) -> None:
    assert tidy(PATH, text) == (normalise(text), ())
