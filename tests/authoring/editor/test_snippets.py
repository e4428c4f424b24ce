"""The toolbar's models: each is understood as its label says, where it is inserted, and leaves the rest of the text alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.authoring.editor import remedies, snippets
from app.authoring.editor.snippets import BY_KEY, SNIPPETS, Snippet, insert_snippet
from app.content.documents.reader import read_document
from app.content.store import survey
from app.content.values.quiz import KIND_NAMES, QuestionType, Quiz
from app.content.values.text import DocumentKind

QUIZ = survey.quiz("la-lecon", "mon-quiz", "Mon quiz")
LESSON = survey.lesson((), "modules/m", "ma-lecon", "Ma leçon")
KINDS = {
    "q-choix": QuestionType.SINGLE,
    "q-plusieurs": QuestionType.MULTIPLE,
    "q-vrai-faux": QuestionType.TRUE_FALSE,
    "q-texte": QuestionType.TEXT,
    "q-nombre": QuestionType.NUMBER,
    "q-association": QuestionType.MATCHING,
    "q-ordre": QuestionType.ORDERING,
    "q-trous": QuestionType.GAPS,
    "q-ouverte": QuestionType.OPEN,
}


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.key)
def test_each_model_brings_no_other_error_than_its_own_words(snippet: Snippet) -> None:
    draft = QUIZ if snippet.only is DocumentKind.QUIZ else LESSON
    text = insert_snippet(draft.text.replace("## À retenir", "## Pour finir").replace("## Sur mon territoire", "## Ailleurs"), snippet, None)
    if snippet.key == "situation":
        text = insert_snippet(text, BY_KEY["q-choix"], None)
    errors = [found for found in read_document(draft.path, remedies.with_ids(draft.path, text, ())).problems if found.is_error and found.code != "E70"]
    assert not errors, text


@pytest.mark.parametrize(
    "key", [*KINDS, "situation", "titre", "sous-titre", "liste", "citation", "encadre-note", "encadre-question", "points-de-vue", "a-retenir", "barres"]
)
def test_a_model_left_as_it_was_is_to_be_filled(key: str) -> None:
    snippet = BY_KEY[key]
    draft = QUIZ if snippet.only is DocumentKind.QUIZ else LESSON
    lines = range(draft.text.count("\n") + 1, 200)
    told = [found.line for found in read_document(draft.path, insert_snippet(draft.text, snippet, None)).problems if found.code == "E70"]
    assert set(told) & set(lines)


@pytest.mark.parametrize(("key", "kind"), KINDS.items())
def test_each_type_of_question_is_understood_as_its_label_says(key: str, kind: QuestionType) -> None:
    text = remedies.with_ids(QUIZ.path, insert_snippet(QUIZ.text, BY_KEY[key], None), ())
    quiz = read_document(QUIZ.path, text).document
    assert isinstance(quiz, Quiz)
    assert quiz.questions[-1].kind is kind
    assert len(KIND_NAMES) == len(KINDS), "every type has its model"


@given(st.sampled_from(SNIPPETS), st.integers(-3, 60))
def test_nothing_else_moves(snippet: Snippet, line: int) -> None:
    before = LESSON.text.rstrip("\n").split("\n")
    after = insert_snippet(LESSON.text, snippet, line).split("\n")
    left = iter(after)
    assert all(any(old in new for new in left) for old in before), "every line is there, in its order"
    assert snippet.key == "note" or snippet.text in "\n".join(after)


def test_notes_take_the_next_number_and_their_source_goes_to_the_end() -> None:
    text = insert_snippet(insert_snippet("Un.\n\nDeux.\n", BY_KEY["note"], 1), BY_KEY["note"], 3)
    source = "Source à écrire : titre, éditeur, date"
    assert text == f"Un.[^n1]\n\nDeux.[^n2]\n\n[^n1]: {source}\n[^n2]: {source}\n"


def test_a_quiz_is_offered_questions_and_a_lesson_points_of_view() -> None:
    of_quiz, of_lesson = ({snippet.key for snippet in snippets.snippets_for(kind)} for kind in (DocumentKind.QUIZ, DocumentKind.LESSON))
    assert set(KINDS) <= of_quiz
    assert not set(KINDS) & of_lesson
    assert {"points-de-vue", "encadre-question"} <= of_lesson - of_quiz
    assert "encadre-question" not in {snippet.key for snippet in snippets.snippets_for(DocumentKind.MODULE)}
    assert [name for name, _ in snippets.groups(snippets.snippets_for(DocumentKind.QUIZ))][-1] == "Questions"
