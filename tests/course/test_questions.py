"""Questions teach, lead back to where it is taught, and cannot be guessed from their form."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from app.content.values.paths import questions_of
from app.content.values.quiz import Choices, Option, QuestionType
from tests.course.the_course import home, lessons, questions, quizzes, shown, singles

ENOUGH = 4
"""Questions with one right option below which a share says nothing."""
COUNTS = {5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf", 10: "dix", 11: "onze", 12: "douze"}
ABSOLUTE = re.compile(
    r"\b(toujours|jamais|systématiquement|uniquement|exclusivement|forcément|obligatoirement|nécessairement|seulement|seule?s?|tous|toutes|aucune?|rien|personne)\b",
    re.IGNORECASE,
)


def test_each_has_an_explanation_and_a_level() -> None:
    assert [question.id for _, question in questions() if question.explanation is None or question.level not in (1, 2, 3)] == []


def test_an_introduction_that_counts_the_questions_counts_right() -> None:
    """Those of one attempt. A question that comes is counted where its quiz begins."""
    said = {quiz.id: re.match(r"(\w+) questions\b", quiz.introduction.text) for quiz in quizzes().values() if not quiz.is_pool}
    counted = {quiz.id: COUNTS.get(questions_of(quiz)) for quiz in quizzes().values()}
    assert {quiz_id: found[1].lower() for quiz_id, found in said.items() if found and found[1].lower() != counted[quiz_id]} == {}
    assert sum(found is not None for found in said.values()) > 10


def test_each_leads_to_a_title_of_the_lesson_that_teaches_it() -> None:
    wrong = []
    for quiz, question in questions():
        lesson_id, _, anchor = question.lesson_link.partition("#")
        lesson = lessons().get(lesson_id)
        tested = question.objective.rpartition("/")[0] or quiz.lesson_id
        known = lesson is not None and anchor in {heading.anchor for heading in lesson.headings} and lesson_id in home(quiz).lesson_ids
        if not known or (not question.objective.startswith("M") and tested != lesson_id):
            wrong.append(f"{question.id} : {question.lesson_link}")
    assert wrong == []


def test_each_positioning_question_leads_to_a_lesson_that_serves_its_objective() -> None:
    wrong = []
    for _, question in questions():
        if question.objective.startswith("M"):
            lesson = lessons()[question.lesson_link.partition("#")[0]]
            if question.objective not in {objective.serves for objective in lesson.objectives}:
                wrong.append(f"{question.id} {question.objective} : {question.lesson_link}")
    assert wrong == []


def test_each_wrong_option_says_why() -> None:
    mute = [
        f"{question.id} : {shown(option.text)}"
        for _, question in questions()
        if isinstance(question.answer, Choices) and question.kind is not QuestionType.TRUE_FALSE
        for option in question.answer.options
        if not option.correct and option.feedback is None
    ]
    assert mute == []


def test_three_to_six_options() -> None:
    numbers = {
        question.id: len(question.answer.options)
        for _, question in questions()
        if isinstance(question.answer, Choices) and question.kind is not QuestionType.TRUE_FALSE
    }
    assert {identifier: number for identifier, number in numbers.items() if not 3 <= number <= 6} == {}


def test_the_longest_option_says_nothing() -> None:
    """In each quiz the right option is the longest in a third of the questions at most; over the course, the shortest no more often."""
    found = {quiz.id: [_rank(options) for _, options in singles(quiz)] for quiz in quizzes().values()}
    assert {name: ranks for name, ranks in found.items() if len(ranks) >= ENOUGH and ranks.count("longest") > len(ranks) / 3} == {}
    every = [rank for ranks in found.values() for rank in ranks]
    assert every.count("longest") <= len(every) / 3
    assert every.count("shortest") <= len(every) / 3


def _rank(options: tuple[Option, ...]) -> str:
    right = next(len(shown(option.text)) for option in options if option.correct)
    others = [len(shown(option.text)) for option in options if not option.correct]
    return "longest" if right > max(others) else "shortest" if right < min(others) else "between"


def test_no_right_option_is_of_another_size() -> None:
    """Whatever its rank, it is not twice as long, nor three times as short, as the others are on average."""
    odd = []
    for quiz in quizzes().values():
        for question, options in singles(quiz):
            right = next(len(shown(option.text)) for option in options if option.correct)
            others = [len(shown(option.text)) for option in options if not option.correct]
            if not 1 / 3 <= right * len(others) / sum(others) <= 2:
                odd.append(question.id)
    assert odd == []


@pytest.mark.parametrize("number", [3, 4])
def test_places_are_even_over_the_course(number: int) -> None:
    places = Counter(_place(options) for quiz in quizzes().values() for _, options in singles(quiz) if len(options) == number)
    fair = places.total() / number
    assert {place: times for place, times in places.items() if not 0.6 * fair <= times <= 1.4 * fair} == {}


def _place(options: tuple[Option, ...]) -> int:
    return next(place for place, option in enumerate(options, 1) if option.correct)


def test_no_place_holds_most_answers_of_a_quiz() -> None:
    found = {quiz.id: Counter(_place(options) for _, options in singles(quiz)) for quiz in quizzes().values()}
    assert {name: places for name, places in found.items() if places.total() >= ENOUGH and max(places.values()) > places.total() / 2} == {}


def test_absolute_words_do_not_give_the_wrong_options_away() -> None:
    """They are as rare in the wrong options as in the right ones."""
    written: dict[bool, list[str]] = {True: [], False: []}
    for _, question in questions():
        if isinstance(question.answer, Choices) and question.kind is not QuestionType.TRUE_FALSE:
            for option in question.answer.options:
                if ABSOLUTE.search(shown(option.text)):
                    written[option.correct].append(f"{question.id} : {shown(option.text)}")
    assert len(written[False]) <= 5, written[False]


def test_true_and_false_are_even() -> None:
    """Over the course, and in each module."""
    truths: dict[str, Counter[bool]] = {}
    for quiz, question in questions():
        if question.kind is QuestionType.TRUE_FALSE and isinstance(question.answer, Choices):
            true = next(shown(option.text) for option in question.answer.options if option.correct) == "Vrai"
            truths.setdefault(home(quiz).id, Counter())[true] += 1
    whole = sum(truths.values(), Counter[bool]())
    assert 0.4 <= whole[True] / whole.total() <= 0.6
    assert {name: found for name, found in truths.items() if not 0.25 <= found[True] / found.total() <= 0.75} == {}


def test_a_short_text_takes_the_sigle_and_its_expansion() -> None:
    """Whoever writes one rather than the other knows as much. (The matching adds the glossary's; this is for the reader of the key.)"""
    for _, question in questions():
        if question.kind is QuestionType.TEXT:
            assert getattr(question.answer, "accepted", ()), question.id


def test_statements_of_a_quiz_differ(subtests: pytest.Subtests) -> None:
    for quiz in quizzes().values():
        with subtests.test(quiz.id):
            statements = Counter(shown(question.statement) for question in quiz.questions)
            assert {statement for statement, times in statements.items() if times > 1} == set()
