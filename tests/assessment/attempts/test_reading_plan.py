"""What to read again after an attempt: each passage once, the dearest ones, in the order of the course."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.assessment.answers.lexicon import Lexicon
from app.assessment.attempts.corrections import MOST, reading_plan
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout
from app.assessment.questions.correct import AnsweredQuestion, CorrectedQuestion, LessonLink, correct
from app.content.values.course import Lesson, Module
from app.content.values.text import CROSSING, CompletionCriterion, Heading
from tests import builders
from tests.assessment.rendering import PlainRenderer

LESSONS = ("un", "deux", "trois")
HEADINGS = (Heading(2, "Début", "debut", 1), Heading(2, "Fin", "fin", 9))
EMPTY = builders.fragment("")
COURSE = builders.course(
    lessons={name: Lesson(name, f"Leçon {name}", 10, (), None, CompletionCriterion.READ, False, EMPTY, HEADINGS, (), (), (), (), 0) for name in LESSONS},
    modules={"module": Module("module", "Module", CROSSING, (), LESSONS, None, EMPTY)},
)


def missed(lesson: str = "", anchor: str = "", points: int = 1, fraction: Fraction = Fraction(0)) -> CorrectedQuestion:
    asked = builders.question(builders.true_false(True), points=Decimal(points))
    blank = kind_of(asked).blank
    made = correct(
        AnsweredQuestion(asked, builders.quiz(asked), blank, kind_of(asked).grade(blank, Lexicon())), QuestionLayout(1, "q"), PlainRenderer(), Lexicon(), COURSE
    )
    link = LessonLink(lesson, f"Leçon {lesson}", anchor, anchor.title()) if lesson else None
    return replace(made, fraction=fraction, earned=points * fraction, lesson=link)


def plan_of(questions: Iterable[CorrectedQuestion]) -> tuple[LessonLink, ...]:
    return reading_plan(((question.lesson, Fraction(question.points) - question.earned) for question in questions), COURSE)


def places(*questions: CorrectedQuestion) -> list[tuple[str, str]]:
    return [(link.lesson_id, link.anchor) for link in plan_of(questions)]


def test_a_passage_is_named_once_in_the_order_of_the_course() -> None:
    assert places(missed("deux", "fin"), missed("un", "fin"), missed("deux", "fin"), missed("un", "debut")) == [("un", "debut"), ("un", "fin"), ("deux", "fin")]


def test_what_was_right_and_what_has_no_lesson_is_not_in_it() -> None:
    assert places(missed("un", "debut", fraction=Fraction(1)), missed()) == []
    assert places(missed("un", "debut", fraction=Fraction(1, 2))) == [("un", "debut")]


def test_a_whole_lesson_is_named_only_where_none_of_its_parts_is() -> None:
    assert places(missed("un"), missed("un", "fin"), missed("deux")) == [("un", "fin"), ("deux", "")]


def test_of_many_the_dearest_stay() -> None:
    many = [missed("un", "debut"), missed("un", "fin", 3), missed("deux", "debut"), missed("deux", "fin", 2), missed("trois", "fin"), missed("trois", "fin")]
    assert places(*many) == [("un", "fin"), ("deux", "fin"), ("trois", "fin")]


LINKS = st.builds(
    missed, st.sampled_from(("", *LESSONS)), st.sampled_from(("", "debut", "fin")), st.integers(1, 3), st.sampled_from((Fraction(0), Fraction(1)))
)


@given(st.lists(LINKS, max_size=8))
def test_it_is_short_without_repeats_and_empty_only_where_nothing_taught_was_missed(questions: list[CorrectedQuestion]) -> None:
    plan = plan_of(questions)
    wrong = {question.lesson for question in questions if question.lesson and question.fraction < 1}
    assert set(plan) <= wrong
    assert len(plan) == len(set(plan)) <= MOST
    assert bool(plan) == bool(wrong)
