"""The questions that a lesson asks by the way: what the page holds before an answer, and after; whatever the address says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Fields, QuestionLayout
from app.assessment.questions.correct import Result
from app.assessment.questions.in_lesson import EMPTY, LessonQuestion, LessonText, lesson_text, with_questions
from app.content.documents.reader import parse
from app.content.rendering.lesson import render_lesson
from app.content.values.course import Course, Lesson
from app.content.values.quiz import QuestionType
from tests.assessment.questions.in_lesson import BODY, SECRET
from tests.content.quiz.lesson_questions import LESSON_HEAD


def _lesson(body: str = BODY) -> tuple[Course, Lesson]:
    document, problems = parse("modules/m/01.md", f"{LESSON_HEAD}\n{body}")
    assert isinstance(document, Lesson)
    assert not [problem for problem in problems if problem.is_error]
    return Course(1, lessons={document.id: document}), document


COURSE, LESSON = _lesson()
NUMBERS = range(1, len(LESSON.questions) + 1)
assert {question.kind for question in LESSON.questions} == set(QuestionType)


def shown(fields: Fields, previewed: bool = False) -> LessonText:
    return with_questions(render_lesson(COURSE, LESSON, None), COURSE, LESSON, fields, previewed)


def asked(text: LessonText) -> list[LessonQuestion]:
    return [piece for piece in text.pieces if isinstance(piece, LessonQuestion)]


def sent(number: int, right: bool) -> Fields:
    question = LESSON.questions[number - 1]
    form = kind_of(question).sample(QuestionLayout(0, f"{LESSON.id}/{question.id}"), right)
    return {"question": [str(number)], **{f"q{number}-{name}": values for name, values in form.items()}}


def test_before_any_answer_nothing_says_it() -> None:
    text = shown({})
    assert [each.number for each in asked(text)] == list(NUMBERS)
    assert SECRET not in repr(text)
    assert "explication seule" not in text.notes
    assert all(each.shown and not each.corrected and not each.said for each in asked(text))


@pytest.mark.parametrize("number", NUMBERS)
def test_an_answer_is_explained_and_the_others_still_wait(number: int) -> None:
    for right in (True, False):
        text = shown(sent(number, right))
        mine = asked(text)[number - 1]
        assert mine.corrected is not None
        assert mine.shown is None
        opened = mine.corrected.kind is QuestionType.OPEN
        assert (mine.corrected.result is Result.RIGHT) is (right and not opened)
        assert (mine.corrected.result is Result.UNMARKED) is opened
        assert SECRET in str(mine.corrected.explanation)
        assert mine.corrected.points == Decimal(0)
        assert "explication seule" in text.notes
        assert all(each.corrected is None for each in asked(text) if each is not mine)


@pytest.mark.parametrize("number", NUMBERS)
def test_no_answer_gets_a_sentence_and_the_way_to_the_answer(number: int) -> None:
    mine = asked(shown({"question": [str(number)]}))[number - 1]
    assert (mine.said, mine.corrected) == (EMPTY, None)
    given_up = asked(shown({"voir": [str(number)]}))[number - 1]
    assert given_up.corrected is not None
    assert given_up.corrected.result in (Result.BLANK, Result.UNMARKED)


@pytest.mark.parametrize("value", ["c99", "é", "\0", "c1 c2"])
def test_what_the_page_did_not_offer_gets_a_sentence(value: str) -> None:
    mine = asked(shown({"question": ["1"], "q1-choix": [value]}))[0]
    assert mine.said
    assert mine.corrected is None


def test_an_answer_that_is_too_long_is_shown_again() -> None:
    number = next(place for place, question in enumerate(LESSON.questions, 1) if question.kind is QuestionType.TEXT)
    mine = asked(shown({"question": [str(number)], f"q{number}-texte": ["é" * 501]}))[number - 1]
    assert "trop longue" in mine.said
    assert "é" * 501 in repr(mine.shown)


NAMES = st.sampled_from(["question", "voir", "choix", "q1-choix", "q4-texte", "q5-texte", "q6-p1", "q7-rang-e1", "q8-trou-0", "q9-texte", "q-", ""])
VALUES = st.lists(st.one_of(st.sampled_from(["1", "4", "7", "9", "10", "-1", "c1", "t1", "01", "٣", ""]), st.text(max_size=9)), max_size=3)


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_whatever_the_address_says_only_a_question_that_it_names_is_explained(fields: dict[str, list[str]]) -> None:
    named = {number for number in NUMBERS if [str(number)] in (fields.get("question"), fields.get("voir"))}
    for each in asked(shown(fields)):
        assert bool(each.shown) is not bool(each.corrected)
        assert each.number in named or not (each.corrected or each.said)


def test_a_preview_shows_both() -> None:
    assert all(each.shown and each.corrected for each in asked(shown({}, previewed=True)))


def test_pieces_and_questions_follow_the_text() -> None:
    text = shown({})
    assert "Un fait." in str(text.pieces[0])
    assert [isinstance(piece, LessonQuestion) for piece in text.pieces] == [place % 2 == 1 for place in range(len(text.pieces))]


def test_a_lesson_is_made_once_for_each_side() -> None:
    once = lesson_text(COURSE, LESSON, "etat", None, {})
    assert lesson_text(COURSE, LESSON, "etat", date(2027, 1, 1), {"from": ["mail"]}) is once, "none of its sources is ever stale"
    assert lesson_text(COURSE, LESSON, None, None, {}) is not once
    answered = lesson_text(COURSE, LESSON, "etat", None, sent(1, right=True))
    assert asked(answered)[0].corrected
    assert not asked(once)[0].corrected, "what one reader answers is not in what is kept"
    assert lesson_text(COURSE, LESSON, "etat", None, {}) is once


def test_a_stale_source_makes_it_anew() -> None:
    published, lesson = _lesson("Un fait.[^s1]\n\n[^s1]: Une source (à revoir : 2027-11).\n")
    fresh = lesson_text(published, lesson, None, date(2027, 10, 31), {})
    assert "revérifier" not in fresh.notes
    assert "revérifier" in lesson_text(published, lesson, None, date(2027, 11, 1), {}).notes
    assert lesson_text(published, lesson, None, date(2027, 10, 30), {}) is fresh
