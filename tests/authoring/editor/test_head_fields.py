"""The head of a text as fields: what they say is written in the text, and nothing else of it changes."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.authoring.editor.head_fields import fields_of, with_fields
from app.content.documents.reader import read_document
from app.content.values.text import DocumentKind
from tests.authoring.atelier import LESSON, QUIZ, Atelier, course
from tests.record.world import words_of
from tests.words import DRAFT_SAVED

PATH, TEXT = next((path, text) for path, text in course() if f"id : {LESSON}\n" in text)


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


words = st.from_regex(r"[A-Z][a-zéà']{1,8}( [a-zéà']{1,8}){0,3}", fullmatch=True)


def fields(text: str) -> dict[str, str]:
    """What the form of the fields holds."""
    around = {LESSON: read_document(PATH, text)}
    head = fields_of(DocumentKind.LESSON, PATH, text, around, LESSON)
    assert head is not None
    rows = head.objectives or ()
    found = {
        f"head-{what}-{number}": value for number, row in enumerate(rows) for what, value in (("label", row.label), ("text", row.text), ("serves", row.serves))
    }
    return {"head-title": head.title, "head-minutes": head.minutes or "", "head-quiz": head.quiz or "", **found}


def test_what_is_not_changed_is_written_as_it_was() -> None:
    assert with_fields(DocumentKind.LESSON, TEXT, fields(TEXT)) == TEXT
    assert with_fields(DocumentKind.LESSON, TEXT, {}) == TEXT


@given(words, st.integers(1, 90), st.lists(words, max_size=4))
def test_fields_are_read_again_as_they_were_written(title: str, minutes: int, objectives: list[str]) -> None:
    sent = {
        "head-title": title,
        "head-minutes": str(minutes),
        "head-quiz": "",
        **{f"head-text-{number}": each for number, each in enumerate([*objectives, "", ""])},
    }
    text = with_fields(DocumentKind.LESSON, TEXT, sent)
    told = fields(text)
    assert (told["head-title"], told["head-minutes"], told["head-quiz"]) == (title, str(minutes), "")
    assert [told[f"head-text-{number}"] for number in range(len(objectives))] == objectives
    assert text.split("---\n", 2)[2] == TEXT.split("---\n", 2)[2], "the body is not touched"


def test_an_objective_keeps_its_number_and_a_new_one_takes_the_next() -> None:
    """Questions name them: taking the first one out leaves « O2 » to those that check it."""
    two = with_fields(
        DocumentKind.LESSON,
        TEXT,
        {"head-label-0": "O1", "head-text-0": "Un", "head-serves-0": "M1", "head-label-1": "O2", "head-text-1": "Deux", "head-text-2": "Trois"},
    )
    assert "objectifs :\n- O1 : Un → M1\n- O2 : Deux\n- O3 : Trois\n" in two
    left = with_fields(DocumentKind.LESSON, two, {**fields(two), "head-text-0": ""})
    assert "objectifs :\n- O2 : Deux\n- O3 : Trois\n" in left


def test_a_text_without_such_a_head_has_no_fields() -> None:
    assert fields_of(DocumentKind.LESSON, PATH, "Rien.", {}, LESSON) is None
    assert fields_of(DocumentKind.GLOSSARY, "modules/glossaire.md", "PEDT\n: projet.\n", {}, "glossary") is None


def test_the_fields_are_written_in_the_draft_without_a_script(atelier: Atelier) -> None:
    atelier.client.see(f"/atelier/documents/{LESSON}")
    page = atelier.client.submit("Écrire dans le texte", **{"head-title": "Bienvenue", "head-minutes": "9"})
    assert DRAFT_SAVED in words_of(page)
    draft = next(each for each in atelier.drafts() if each.document_id == LESSON)
    assert "titre : Bienvenue\ndurée : 9\n" in draft.text


def test_a_script_is_given_the_text_that_they_make(atelier: Atelier) -> None:
    sent = {**atelier.open(LESSON), "head-title": "Bienvenue", "then": "head"}
    told = atelier.client.post(f"/atelier/documents/{LESSON}/apercu", data=sent, headers={"X-Requested-With": "fetch"}).json
    assert "titre : Bienvenue\n" in told["text"]
    assert 'value="Bienvenue"' in told["head"]
    assert atelier.drafts() == []


def test_what_may_be_completed_is_that_of_the_course(atelier: Atelier) -> None:
    told = atelier.client.get(f"/atelier/documents/{QUIZ}/mots").json
    assert ["PEDT", "projet éducatif territorial"] in told["terms"]
    assert [f"{LESSON}#le-prefet", f"{LESSON} : Le préfet"] in [[word, f"{word.split('#')[0]} : {words.split(' : ')[-1]}"] for word, words in told["headings"]]
    assert LESSON in {word for word, _ in told["texts"]}
    assert ["seuil", ""] in told["head"]
    assert ["Explication", ""] in told["keys"]
    assert atelier.client.get(f"/atelier/documents/{LESSON}/mots").json["keys"] == []
    assert atelier.client.get("/atelier/documents/nulle-part/mots").status_code == 404
