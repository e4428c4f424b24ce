"""The questions that lessons ask by the way: enough, of every kind, each explained, none given away by its form nor asked again by a quiz."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from app.content.values.course import Lesson
from app.content.values.quiz import Choices, Question, QuestionType
from tests.course.the_course import WORD, lessons, questions, shown, taught


@cache
def asked_in_lessons() -> list[tuple[Lesson, Question]]:
    return [(lesson, question) for lesson in lessons().values() for question in lesson.questions]


def test_a_few_after_the_passage_that_teaches_it(subtests: pytest.Subtests) -> None:
    for lesson_id in sorted(taught()):
        with subtests.test(lesson_id):
            lesson = lessons()[lesson_id]
            assert 1 <= len(lesson.questions) <= 4
            assert len(lesson.questions) == 1 or len({question.kind for question in lesson.questions}) > 1
            lines = [question.line for question in lesson.questions]
            before, after = lesson.headings[0].line, next(heading.line for heading in lesson.headings if heading.title == "À retenir")
            assert all(before < line < after for line in lines)
            sections = [max(heading.line for heading in lesson.headings if heading.line < line) for line in lines]
            assert len(set(sections)) == len(sections), "one a section at most"


def test_kinds_are_varied() -> None:
    kinds = Counter(question.kind for _, question in asked_in_lessons())
    assert len(kinds) >= 6
    assert kinds[QuestionType.SINGLE] <= 0.6 * len(asked_in_lessons())


def test_each_is_explained_in_two_sentences() -> None:
    explained = {f"{lesson.id}:{question.line}": shown(question.explanation) if question.explanation else "" for lesson, question in asked_in_lessons()}
    assert {place: said for place, said in explained.items() if not 8 <= len(WORD.findall(said)) <= 40} == {}
    assert max(Counter(explained.values()).values()) == 1


def test_no_statement_is_that_of_a_quiz() -> None:
    asked = {shown(question.statement).casefold() for _, question in questions()} - {"complétez."}
    assert [shown(question.statement) for _, question in asked_in_lessons() if shown(question.statement).casefold() in asked] == []


def test_the_form_of_an_option_says_nothing() -> None:
    ranks: Counter[str] = Counter()
    places: Counter[int] = Counter()
    for _, question in asked_in_lessons():
        if isinstance(question.answer, Choices) and question.kind is QuestionType.SINGLE:
            options = question.answer.options
            assert 3 <= len(options) <= 4
            place, right = next((place, len(shown(option.text))) for place, option in enumerate(options, 1) if option.correct)
            others = [len(shown(option.text)) for option in options if not option.correct]
            ranks["longest" if right > max(others) else "shortest" if right < min(others) else "between"] += 1
            places[place] += 1
    assert max(ranks["longest"], ranks["shortest"]) <= ranks.total() / 3
    assert max(places.values()) <= 1.4 * places.total() / 4


def test_true_and_false_are_even() -> None:
    truths = Counter(
        shown(option.text)
        for _, question in asked_in_lessons()
        if isinstance(question.answer, Choices) and question.answer.judges_truth()
        for option in question.answer.options
        if option.correct
    )
    assert abs(truths["Vrai"] - truths["Faux"]) <= 2
