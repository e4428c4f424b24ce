"""Identifiers, which nobody has to write: of a question when its quiz is published, of a text put back where it was taken away."""

from __future__ import annotations

from flask import Flask

from app.authoring.drafts.queries import complete_ids
from tests.authoring.atelier import QUIZ, Atelier
from tests.record.world import words_of
from tests.words import PUBLISH_NOW


def test_the_id_of_a_question_is_made_of_its_title_when_it_is_published(app: Flask) -> None:
    atelier = Atelier(app)
    question = "## Où est {} ?\n\n- [x] Là\n- [ ] Ici\n- [ ] Ailleurs\n\nObjectif : O1\nNiveau : 1\n"
    page = atelier.write(QUIZ, question.format("le préfet"))
    assert "E06" not in words_of(page)
    page = atelier.save(QUIZ, atelier.open(QUIZ)["text"].replace("Où est le préfet", "Où est le maire"))
    assert "{#ou-" not in atelier.drafts()[0].text, "while it is a draft, nothing is written in it"
    atelier.client.see(f"/atelier/documents/{QUIZ}/relecture")
    atelier.client.submit(PUBLISH_NOW)
    assert "## Où est le maire ? {#accueil-quiz-ou-est-le-maire}" in atelier.open(QUIZ)["text"]


def test_the_id_of_a_text_that_was_taken_away_is_put_back(app: Flask) -> None:
    atelier = Atelier(app)
    atelier.save(QUIZ, atelier.open(QUIZ)["text"].replace("id : accueil-quiz\n", ""))
    page = atelier.press(QUIZ, "Écrire les identifiants")
    assert "L’identifiant d’un texte publié ne change pas" in words_of(page)
    page = atelier.press(QUIZ, "Remettre l’identifiant")
    assert "id : accueil-quiz\n" in page.form("Enregistrer")["fields"]["text"]
    assert "L’identifiant d’un texte publié ne change pas" not in words_of(page)


def test_two_quizzes_whose_ids_begin_alike_share_no_id_of_a_question() -> None:
    text = "---\ntitre : Quiz\n---\n\n## Vrai ou faux ?\n\n- [x] Vrai\n- [ ] Faux\n"
    first, second = (complete_ids(f"quizzes/{name}.md", text, name) for name in ("quiz-une-lecon-du-module-un", "quiz-une-lecon-du-module-deux"))
    assert first != second
