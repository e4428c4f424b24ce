"""A question as a form and as Markdown says the same, in both directions; what the form could not say again is left to the text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.kinds.answer_form import Row
from app.assessment.kinds.choices import OPTIONS, TRUTH
from app.assessment.kinds.gaps import TEXT
from app.assessment.kinds.matching import PAIRS
from app.assessment.kinds.open_text import FREE
from app.assessment.kinds.ordering import STEPS
from app.assessment.kinds.registry import FORMS
from app.assessment.kinds.short_text import TYPED
from app.authoring.editor.question_rules import QuestionFormValues, markdown_lines, parse_question, question_at, replace_question
from app.content.documents.reader import read_document
from app.content.values.quiz import Ordering, Quiz

QUIZZES = sorted((Path(__file__).parents[4] / "quizzes").glob("*.md"))
HEAD = "---\nid : un-quiz\ntitre : Un quiz\nleçon : une-lecon\n---\n\n"
words = st.from_regex(r"[A-Z][a-zéà' ]{0,20}[a-zé]", fullmatch=True)
maybe = st.just("") | words
rows = {
    OPTIONS: st.builds(Row, words, st.booleans(), maybe),
    PAIRS: st.builds(Row, maybe, st.just(False), words),
    STEPS: st.builds(Row, words),
}
answers = {
    TRUTH: st.sampled_from(["Vrai", "Faux"]),
    TYPED: st.lists(words.filter(lambda text: text not in ("Vrai", "Faux")), min_size=1, max_size=3).map("\n".join),
    TEXT: words.map(lambda text: f"{text} [[préfet | État]]."),
    FREE: maybe,
}


@st.composite
def asked(draw: st.DrawFn) -> QuestionFormValues:
    form = draw(st.sampled_from(list(FORMS.values())))
    return QuestionFormValues(
        form,
        draw(words),
        "" if form is TEXT else draw(maybe),
        tuple(draw(st.lists(rows[form], min_size=1, max_size=5))) if form in rows else (),
        draw(answers[form]) if form in answers else "",
        draw(st.lists(words, max_size=2).map("\n".join)),
        draw(st.sampled_from(["", "O1"])),
        draw(st.sampled_from(["", "2"])),
        draw(st.sampled_from([(), ("Étiquettes : a",), ("Tolérance : 2", "Étiquettes : a")])),
        draw(st.sampled_from(["", "une-question"])),
        form is OPTIONS and draw(st.booleans()),
        lesson=draw(st.sampled_from(["", "une-lecon#la"])),
        points=draw(st.sampled_from(["", "2"])),
        hint=draw(maybe),
        fixed=draw(st.booleans()),
    )


@given(asked())
def test_what_a_form_writes_it_reads_again(question: QuestionFormValues) -> None:
    assert parse_question(markdown_lines(question)) == question


def test_a_step_of_several_paragraphs_is_one_whatever_its_number() -> None:
    steps = [f"Étape {number}\n\nSuite {number}" for number in range(1, 13)]
    reading = read_document(
        "quizzes/un-quiz.md", HEAD + "\n".join(markdown_lines(QuestionFormValues(STEPS, "Rangez", rows=tuple(map(Row, steps)), id="rangez"))) + "\n"
    )
    assert isinstance(reading.document, Quiz)
    assert isinstance(answer := reading.document.questions[0].answer, Ordering)
    assert [each.text.text for each in answer.items] == steps


@given(asked(), asked(), asked())
def test_one_question_changes_and_the_others_stay(first: QuestionFormValues, second: QuestionFormValues, other: QuestionFormValues) -> None:
    text = replace_question(replace_question(HEAD, 0, first), 0, second)
    line = text.split("\n").index(markdown_lines(first)[0]) + 1
    after = replace_question(text, line, other)
    assert after == replace_question(replace_question(HEAD, 0, other), 0, second)


@pytest.mark.proof
def test_the_questions_of_the_course_have_their_form() -> None:
    """Two of each quiz: whatever is read is written with the same meaning (`question_at` says so); very few have none."""
    found = []
    for path in QUIZZES:
        text = path.read_text(encoding="utf-8")
        document = read_document(f"quizzes/{path.name}", text).document
        assert isinstance(document, Quiz)
        found += [question_at(f"quizzes/{path.name}", text, question.line) for question in document.questions[:2]]
    assert sum(each is None for each in found) * 50 <= len(found)


@pytest.mark.parametrize(
    "block",
    [
        "## Titre\n\nTexte\n\n- [x] Oui\n\nUn paragraphe après les réponses.",
        "## Titre\n\n- [x] Oui\n- [ ] Non\n\nRéponse : a",
        "Question 1 : à la façon de Word\n\na) Oui",
        "## Titre\n\n* [x] Oui\n* [ ] Non",
    ],
)
def test_another_writing_is_left_to_the_text(block: str) -> None:
    assert parse_question(block.split("\n")) is None
