"""The form of a question, as a trainer's browser meets it without a script."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.authoring.atelier import LESSON, QUIZ, Atelier
from tests.record.world import words_of
from tests.words import NEW_QUESTION, SAVE_AND_NEXT, SAVE_QUESTION, WRITE_WHAT_IS_ASKED

FORM = f"/atelier/quiz/{QUIZ}/question"


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


def test_a_question_is_added_then_changed_by_its_form(atelier: Atelier) -> None:
    page = atelier.client.see(f"{FORM}?genre=choix")
    assert page.h1 == NEW_QUESTION
    fields = {
        "title": "Qui décide ?",
        "text-0": "La maire",
        "right-0": "oui",
        "text-1": "Le hasard",
        "other-1": "Jamais.",
        "explanation": "Elle signe.",
        "level": "1",
    }
    page = atelier.client.submit(SAVE_QUESTION, **fields)
    text = atelier.drafts()[0].text
    assert text.endswith("## Qui décide ?\n\n- [x] La maire\n- [ ] Le hasard\n  > Jamais.\n\n> Elle signe.\n\nObjectif : O1\nLeçon : accueil\nNiveau : 1\n"), (
        "the lesson that the quiz is about teaches it"
    )
    line = text.split("\n").index("## Qui décide ?") + 1
    page = atelier.client.see(f"{FORM}?ligne={line}")
    assert page.form(SAVE_QUESTION)["fields"]["other-1"] == "Jamais."
    atelier.client.submit(SAVE_QUESTION, title="Qui décide vraiment ?")
    assert "## Qui décide vraiment ?\n\n- [x] La maire" in atelier.drafts()[0].text
    atelier.client.see(f"/atelier/documents/{QUIZ}")
    fields = atelier.client.page.form("Enregistrer")["fields"]
    answer = atelier.client.post(f"/atelier/documents/{QUIZ}", data={**fields, "text": fields["text"] + "\n", "question": str(line)})
    assert answer.location == f"{FORM}?ligne={line}", "what was typed is saved on the way"


def test_what_is_refused_keeps_what_was_typed(atelier: Atelier) -> None:
    atelier.client.see(FORM)
    page = atelier.client.submit(SAVE_QUESTION, status=422, **{"text-0": "La maire"})
    assert WRITE_WHAT_IS_ASKED in words_of(page)
    assert page.form(SAVE_QUESTION)["fields"]["text-0"] == "La maire"
    atelier.write(QUIZ, "Une ligne de plus.")
    page = atelier.client.see(FORM)
    form = page.form(SAVE_QUESTION)
    atelier.write(QUIZ, "Encore une.")
    answer = atelier.client.post(FORM, data={**form["fields"], "title": "Trop tard ?"})
    assert answer.status_code == 409
    assert "Trop tard ?" in answer.get_data(as_text=True)
    atelier.client.see(f"/atelier/quiz/{LESSON}/question", status=404)


def test_the_next_question_is_begun_at_once(atelier: Atelier) -> None:
    atelier.client.see(f"{FORM}?genre=vrai-faux&depuis={LESSON}")
    page = atelier.client.submit(SAVE_AND_NEXT, title="La maire signe.", answer="Vrai", points="2", hint="Relisez.", lesson=f"{LESSON}#le-prefet")
    assert page.h1 == NEW_QUESTION
    assert page.form(SAVE_QUESTION)["fields"]["title"] == ""
    text = atelier.drafts()[0].text
    assert f"Leçon : {LESSON}#le-prefet\nPoints : 2\nIndice : Relisez.\n" in text
    line = text.split("\n").index("## La maire signe.") + 1
    fields = atelier.client.see(f"{FORM}?ligne={line}").form(SAVE_QUESTION)["fields"]
    assert (fields["points"], fields["hint"], fields["lesson"]) == ("2", "Relisez.", f"{LESSON}#le-prefet")


def test_a_script_is_given_the_form_then_the_text(atelier: Atelier) -> None:
    fetched = {"X-Requested-With": "fetch"}
    assert "Ce qui est demandé" in atelier.client.get(f"{FORM}?genre=choix", headers=fetched).json["form"]
    fields = atelier.client.see(f"{FORM}?genre=choix").form(SAVE_QUESTION)["fields"]
    sent = {**fields, "title": "Qui ?", "text-0": "La maire", "right-0": "oui"}
    told = atelier.client.post(FORM, data={**sent, "title": ""}, headers=fetched).json
    assert WRITE_WHAT_IS_ASKED in told["form"]
    told = atelier.client.post(FORM, data={**sent, "next": "1"}, headers=fetched).json
    draft = atelier.drafts()[0]
    assert (told["text"], told["version"]) == (draft.text, draft.version)
    assert told["text"].split("\n")[told["line"] - 1] == "## Qui ?"
    assert told["next"].startswith(FORM)
