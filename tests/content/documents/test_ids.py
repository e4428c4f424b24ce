"""Missing ids are written in the text, once, and nothing else changes."""

from __future__ import annotations

import re

import pytest

from app.content.documents.index import write_ids
from app.content.text.head import is_id
from tests.content.quiz.parsing import parse_quiz
from tests.content.quiz.quiz_writings import HEAD, in_words, writings

ID = re.compile(r" ?\{#[^}]*\}")


def complete(text: str, taken: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    """The text with the ids that its problems E06 ask for."""
    _, problems = parse_quiz("quizzes/essai.md", text)
    written, ids = write_ids(text, "quizzes/essai.md", [found.line for found in problems if found.code == "E06"], taken)
    return written, [each.id for each in ids]


def test_an_id_is_drawn_from_the_statement() -> None:
    text, ids = complete(HEAD + "## 3. Qui signe le contrat ?\n\nRéponse : préfet\n")
    assert ids == ["qui-signe-le-contrat"]
    assert "## 3. Qui signe le contrat ? {#qui-signe-le-contrat}\n" in text


def test_a_heading_without_words_takes_those_under_it() -> None:
    assert complete(HEAD + "## Question 8\n\nQui *paie* le contrat ?\n\nRéponse : État\n")[1] == ["qui-paie-le-contrat"]


def test_ids_are_unique_in_the_text_and_in_the_course() -> None:
    question = "## Qui signe ?\n\nRéponse : préfet\n\n"
    _, ids = complete(HEAD + question * 3 + "## Autre {#qui-signe-2}\n\nRéponse : x\n", taken=("qui-signe",))
    assert len(set(ids)) == 3
    assert not {"qui-signe", "qui-signe-2"} & set(ids)


@pytest.mark.parametrize(
    "typed",
    [
        "## Qui signe ?\n",
        "##Qui signe ?\n",
        "## Qui signe ? ##\n",
        "Qui signe ?\n---\n",
        "**Question 1 : Qui signe ?**\n",
        "## Qui signe ? (2 points)\n",
    ],
)
def test_every_form_of_heading_receives_its_id(typed: str) -> None:
    text, ids = complete(f"{HEAD}{typed}\nRéponse : préfet\n")
    quiz, problems = parse_quiz("quizzes/essai.md", text)
    assert not [found for found in problems if found.code == "E06"]
    assert quiz is not None
    assert [question.id for question in quiz.questions] == ids
    assert is_id(ids[0])


def test_a_situation_and_the_head_receive_theirs() -> None:
    text, ids = complete("---\ntitre : Qui signe ?\nleçon : une-lecon\n---\n# Situation : une réunion\n\nLe cas.\n\n## Qui ? {#qui-x}\n\nRéponse : x\n")
    assert text.startswith("---\nid : qui-signe\ntitre")
    assert "# Situation : une réunion {#situation-une-reunion}\n" in text
    assert ids == ["qui-signe", "situation-une-reunion"]


def test_a_gift_title_is_left_and_says_what_to_write() -> None:
    text = HEAD + "::Q1:: Qui signe ? {=préfet ~maire}\n"
    assert complete(text) == (text, [])
    _, problems = parse_quiz("quizzes/essai.md", text)
    assert [found.hint for found in problems if found.code == "E06"] == ["Écrivez au-dessus de cette ligne : ## Qui signe ? {#identifiant}"]


def test_windows_line_ends_and_the_byte_order_mark_stay() -> None:
    text = "\ufeff" + (HEAD + "## Qui signe ?\n\nRéponse : préfet\n").replace("\n", "\r\n")
    written, _ = complete(text)
    assert written == text.replace("## Qui signe ?", "## Qui signe ? {#qui-signe}")


def test_taken_away_and_written_again_ids_change_nothing_else(subtests: pytest.Subtests) -> None:
    for writing in [each for each in writings() if "{#" in each.typed and "::" not in each.typed]:
        with subtests.test(str(writing)):
            bare = ID.sub("", writing.text)
            completed, _ = complete(bare)
            assert ID.sub("", completed) == bare
            assert complete(completed) == (completed, [])
            without_ids = [re.sub(r"\([a-z0-9-]+\)|: [a-z0-9, -]+$", "", line) for line in in_words(parse_quiz("quizzes/essai.md", bare)[0])]
            assert [re.sub(r"\([a-z0-9-]+\)|: [a-z0-9, -]+$", "", line) for line in in_words(parse_quiz("quizzes/essai.md", completed)[0])] == without_ids
