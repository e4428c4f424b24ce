"""What LibreOffice Writer writes is read as what Word writes: questions, their right answers, lists, tables. One run of LibreOffice writes all of them."""

from __future__ import annotations

import pytest

from app.content.values.quiz import Choices
from tests.authoring.circulating.offices import word_documents
from tests.authoring.incoming.word.office_papers import LESSONS, PAPERS, TITLE, fodt
from tests.authoring.incoming.word.papers import QUESTIONS
from tests.authoring.incoming.word.papers_parts import made, quiz

pytestmark = pytest.mark.proof
NUMBERS = {name: f"{place}.fodt" for place, name in enumerate((*PAPERS, *LESSONS))}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    bodies = {**PAPERS, **{name: TITLE + body for name, (body, _) in LESSONS.items()}}
    files = word_documents({NUMBERS[name]: fodt(body) for name, body in bodies.items()}, tmp_path_factory.mktemp("papers"))
    return {name: files[number.replace(".fodt", ".docx")] for name, number in NUMBERS.items()}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_two_questions_with_their_right_answers(written: dict[str, bytes], name: str) -> None:
    result = made(written[name])
    found = quiz(result.quiz)
    assert result.title == "Le contrat de ville"
    assert [question.statement.text for question in found.questions] == [question for question, _, _ in QUESTIONS], result.lesson
    for question, (_, options, right) in zip(found.questions, QUESTIONS, strict=True):
        assert isinstance(question.answer, Choices)
        assert [(option.text.text, option.correct) for option in question.answer.options] == [(text, place == right) for place, text in enumerate(options)]


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_keeps_it_or_says_it(written: dict[str, bytes], name: str) -> None:
    assert LESSONS[name][1] in made(written[name]).lesson
