"""Questions alone, from a word processor: the quiz of a lesson that there is."""

from __future__ import annotations

import pytest

from app.identity.rules import Role
from tests.authoring.incoming.documents import Docx, paragraph
from tests.authoring.sending import drafts, everything, send
from tests.record.world import World, words_of
from tests.strict import StrictClient

QUESTIONS = [paragraph("Question 1 : Qui signe ?"), paragraph("a) Le préfet"), paragraph("b) Le maire"), paragraph("Bonne réponse : a")]


@pytest.fixture
def trainer(world: World) -> StrictClient:
    return world.signed_in(world.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER))


def test_questions_become_the_quiz_of_a_lesson(world: World, trainer: StrictClient) -> None:
    trainer.see("/atelier/word")
    made = Docx([paragraph("Testez-vous", style="Titre"), paragraph("Quelques questions."), *QUESTIONS])
    page = send(trainer, "Reprendre", "quiz.docx", made.data(), module="mod-un", lesson="un-b")
    assert "Pour que les apprenants" not in words_of(page), "the lesson names it already"
    quiz, lesson = sorted(drafts(world).values(), key=lambda draft: draft.path, reverse=True)
    assert "quiz : un-b-quiz\n" in lesson.text
    assert quiz.path == "quizzes/un-b-quiz.md"
    assert "leçon : un-b\n" in quiz.text
    assert quiz.text.endswith("---\n\nQuelques questions.\n\n## Qui signe ? {#qui-signe}\n\n- [x] Le préfet\n- [ ] Le maire\n")


def test_a_whole_lesson_or_no_question_is_refused(world: World, trainer: StrictClient) -> None:
    trainer.see("/atelier/word")
    before = everything(world)
    whole = Docx([paragraph("Un texte."), paragraph("Une partie", style="Titre1"), paragraph("Suite."), *QUESTIONS])
    assert "une leçon entière" in words_of(send(trainer, "Reprendre", "cours.docx", whole.data(), status=422, module="mod-un", lesson="un-b"))
    nothing = Docx([paragraph("Un texte sans question.")])
    assert "Aucune question" in words_of(send(trainer, "Reprendre", "cours.docx", nothing.data(), status=422, module="mod-un", lesson="un-b"))
    assert everything(world) == before


def test_the_same_document_twice_is_a_second_draft_or_takes_the_place_of_the_first(world: World, trainer: StrictClient) -> None:
    made = Docx([paragraph("Le contrat de ville", style="Titre"), paragraph("Un texte."), *QUESTIONS])

    def again(**fields: object) -> str:
        trainer.see("/atelier/word")
        return words_of(send(trainer, "Reprendre", "cours.docx", made.data(), module="mod-un", **fields))

    assert "déjà un brouillon de ce titre" not in again()
    assert "déjà un brouillon de ce titre" in again()
    assert set(drafts(world)) == {"le-contrat-de-ville", "le-contrat-de-ville-quiz", "le-contrat-de-ville-2", "le-contrat-de-ville-2-quiz", "mod-un"}
    first = drafts(world)["le-contrat-de-ville"].text
    assert "déjà un brouillon de ce titre" not in again(again="y")
    assert len(drafts(world)) == 5
    assert drafts(world)["le-contrat-de-ville"].text == first
