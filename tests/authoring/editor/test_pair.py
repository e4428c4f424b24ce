"""A lesson and its quiz in one page of the editor, as a trainer's browser meets them, without a script."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.authoring.atelier import LESSON, QUIZ, Atelier
from tests.record.world import words_of
from tests.strict import Page
from tests.words import ADD_QUIZ, DISCARD_DRAFT, SAVE_QUESTION, SAVE_TEXT

HERE = f"/atelier/documents/{LESSON}"


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


def written(fields: dict[str, Any], **more: str) -> dict[str, Any]:
    """A sentence more at the end of some fields."""
    return {**fields, **{name.replace("_", "-"): fields[name.replace("_", "-")] + words for name, words in more.items()}}


def texts(atelier: Atelier) -> dict[str, str]:
    return {draft.document_id: draft.text for draft in atelier.drafts()}


def test_both_are_saved_together_and_each_alone(atelier: Atelier) -> None:
    fields = atelier.open(LESSON)
    assert fields["quiz"] == QUIZ
    assert atelier.client.post(HERE, data=fields).status_code == 303
    assert texts(atelier) == {}, "nothing changed"
    atelier.client.post(HERE, data=written(fields, quiz_text="\n## Vrai ?\n\nRéponse : Vrai\n"))
    assert texts(atelier).keys() == {QUIZ}
    atelier.client.post(HERE, data=written(atelier.open(LESSON), text="\nEncore.\n"))
    assert "Encore." in texts(atelier)[LESSON]
    assert "Vrai ?" in texts(atelier)[QUIZ]
    page = atelier.client.see(HERE)
    shown = Page.text_of(next(one for one in page.all("div") if one.get("data-panel") == "pane"))
    assert "Encore." in shown
    assert "Vrai ?" in shown
    chosen = [one.get("value") for one in atelier.client.see(f"{HERE}/relecture").all("input") if one.get("name") == "avec" and one.get("checked") is not None]
    assert chosen == [QUIZ], "they are published together"


def test_each_has_its_own_conflict(atelier: Atelier) -> None:
    first, second = atelier.open(LESSON), atelier.open(LESSON)
    atelier.client.post(HERE, data=written(first, quiz_text="\n## Un ?\n\nRéponse : Vrai\n"))
    answer = atelier.client.post(HERE, data=written(second, text="\nDe la leçon.\n", quiz_text="\n## Deux ?\n\nRéponse : Vrai\n"))
    assert answer.status_code == 409
    assert "De la leçon." in texts(atelier)[LESSON], "the other is kept"
    form = atelier.client.page.form(SAVE_TEXT)["fields"]
    assert form["quiz"] == QUIZ
    assert "Deux ?" in form["quiz-text"]
    assert "text" not in form
    atelier.client.submit(SAVE_TEXT)
    assert "Deux ?" in texts(atelier)[QUIZ]
    assert "De la leçon." in texts(atelier)[LESSON]
    late = atelier.client.post(HERE, data=written(first, text="\nTrop tard.\n", quiz_text="\n## Trois ?\n"))
    assert late.status_code == 409
    assert {"text", "quiz-text"} <= atelier.client.page.form(SAVE_TEXT)["fields"].keys()


def test_a_problem_leads_into_the_right_field_and_its_remedy_mends_it(atelier: Atelier) -> None:
    fields = atelier.open(LESSON)
    atelier.client.post(HERE, data={**fields, "quiz-text": fields["quiz-text"].replace("seuil :", "seuill :")})
    page = atelier.client.see(HERE)
    assert "Dans son quiz" in words_of(page)
    line = fields["quiz-text"].split("\n").index("seuil : 70 %") + 1
    assert f"?ligne={line}&dans=quiz#texte-quiz" in [one.get("href") for one in page.all("a")]
    (area,) = (one for one in atelier.client.see(f"{HERE}?ligne={line}&dans=quiz").all("textarea") if one.get("data-line"))
    assert (area.get("id"), area.get("data-line")) == ("texte-quiz", str(line))
    page = atelier.press(LESSON, "Écrire « seuil »")
    assert "seuil : 70 %" in page.form("Enregistrer")["fields"]["quiz-text"]
    told = atelier.client.post(
        f"{HERE}/apercu",
        data={**fields, "quiz-text": fields["quiz-text"].replace("seuil :", "seuill :"), "remedy": f"quiz-E05-{line}-1"},
        headers={"X-Requested-With": "fetch"},
    ).json
    assert "seuil : 70 %" in told["quiz-text"]


def test_a_lesson_is_given_its_quiz_in_the_same_page(atelier: Atelier) -> None:
    atelier.client.see("/atelier/documents/suite")
    page = atelier.client.submit(ADD_QUIZ)
    fields = page.form("Enregistrer")["fields"]
    assert "leçon : suite" in fields["quiz-text"]
    assert f"quiz : {fields['quiz']}" in fields["text"]
    page = atelier.client.submit("Insérer dans le quiz", status=200, **{"quiz-model": "q-ordre"})
    assert "1. La première étape" in page.form("Enregistrer")["fields"]["quiz-text"]


def test_the_form_of_a_question_leads_back_below_the_lesson(atelier: Atelier) -> None:
    fields = atelier.open(LESSON)
    answer = atelier.client.post(HERE, data={**written(fields, quiz_text="\n## Vrai ?\n\nRéponse : Vrai\n"), "question": "0"})
    assert answer.location == f"/atelier/quiz/{QUIZ}/question?depuis={LESSON}"
    atelier.client.see(answer.location)
    page = atelier.client.submit(SAVE_QUESTION, title="Qui décide ?", **{"text-0": "La maire", "right-0": "oui"})
    assert "Qui décide ?" in page.form("Enregistrer")["fields"]["quiz-text"]
    assert page.h1 == "Leçon accueil"
    atelier.client.see(f"/atelier/quiz/{QUIZ}/question?depuis=suite")
    assert atelier.client.page.link("Revenir au texte") == f"/atelier/documents/{QUIZ}#texte", "only from its own lesson"


def test_a_quiz_abandoned_from_elsewhere_loses_nothing_of_either(atelier: Atelier) -> None:
    atelier.client.see("/atelier/documents/suite")
    atelier.client.submit(ADD_QUIZ)
    fields = atelier.open("suite")
    atelier.client.see(f"/atelier/documents/{fields['quiz']}")
    atelier.client.submit(DISCARD_DRAFT)
    answer = atelier.client.post("/atelier/documents/suite", data=written(fields, text="\nGardé.\n", quiz_text="\nÀ copier.\n"))
    assert answer.status_code == 409
    assert "Gardé." in texts(atelier)["suite"]
    assert "À copier." in answer.text
    late = atelier.client.post("/atelier/documents/suite", data=written(fields, text="\nTrop tard.\n", quiz_text="\nÀ copier aussi.\n"))
    assert late.status_code == 409
    assert "Trop tard." in late.text
    assert "À copier aussi." in late.text


def test_both_at_their_longest_are_taken_and_the_one_that_is_too_long_is_named(atelier: Atelier) -> None:
    fields = atelier.open(LESSON)
    longest = {name: (fields[name] + "un mot\n" * 60_000)[:400_000] for name in ("text", "quiz-text")}
    answer = atelier.client.post(HERE, data={**fields, **longest, "quiz-text": longest["quiz-text"] + "é"})
    assert answer.status_code == 422
    assert "Le quiz dépasse" in answer.text
    assert texts(atelier) == {}
