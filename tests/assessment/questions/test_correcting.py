"""The corrected question: the key, feedback, why a typed answer was accepted, where it is taught."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from markupsafe import Markup

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.choices import CorrectedChoices, ShownChoices, TickedOptions
from app.assessment.kinds.gaps import CorrectedGap, CorrectedGaps, FilledGaps
from app.assessment.kinds.matching import CorrectedMatching, MatchedPairs
from app.assessment.kinds.open_text import CorrectedOpenText
from app.assessment.kinds.ordering import CorrectedOrdering, RankedItems
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout, QuestionResponse, TypedText
from app.assessment.kinds.typed_text import CorrectedTyped
from app.assessment.questions.correct import AnsweredQuestion, CorrectedQuestion, LessonLink, Result, correct, present
from app.content.values.course import Course, Lesson
from app.content.values.quiz import Answer, Question
from app.content.values.text import CompletionCriterion, Fragment, Heading
from tests import builders
from tests.assessment.rendering import PlainRenderer

LAYOUT = QuestionLayout(4, "question")


def corrected(answer: Answer, given: QuestionResponse | None = None, course: Course | None = None, **settings: Any) -> CorrectedQuestion:
    asked = builders.question(answer, **settings)
    reply = kind_of(asked).blank if given is None else given
    answered = AnsweredQuestion(asked, builders.quiz(asked, lesson_id="lecon"), reply, kind_of(asked).grade(reply, Lexicon()))
    return correct(answered, LAYOUT, PlainRenderer(), Lexicon(), course or builders.course())


def test_options_keep_the_order_of_the_attempt_and_show_the_key_and_feedback() -> None:
    answer = builders.choices("Le maire | Il engage la commune.", "x Le préfet", "Le recteur", "Aucun")
    found = corrected(answer, TickedOptions(("1",)))
    assert isinstance(found.answer, CorrectedChoices)
    shown = present(builders.question(answer), LAYOUT, PlainRenderer(), TickedOptions(("1",))).answer
    assert isinstance(shown, ShownChoices)
    assert [option.text for option in found.answer.options] == [option.text for option in shown.options]
    assert {(str(option.text), option.chosen, option.correct, option.feedback) for option in found.answer.options} == {
        ("<p>Le maire</p>", True, False, "<p>Il engage la commune.</p>"),
        ("<p>Le préfet</p>", False, True, None),
        ("<p>Le recteur</p>", False, False, None),
        ("<p>Aucun</p>", False, False, None),
    }


@pytest.mark.parametrize(
    ("given", "result", "fraction", "earned"),
    [
        (None, Result.BLANK, 0, 0),
        (TickedOptions(("1", "2", "3")), Result.RIGHT, 1, 2),
        (TickedOptions(("1",)), Result.PARTLY, Fraction(1, 3), Fraction(2, 3)),
        (TickedOptions(("4",)), Result.WRONG, 0, 0),
    ],
)
def test_the_result_and_the_points(given: QuestionResponse | None, result: Result, fraction: Fraction, earned: Fraction) -> None:
    found = corrected(builders.choices("x a", "x b", "x c", "d"), given, points=Decimal(2))
    assert (found.result, found.fraction, found.earned, found.points) == (result, fraction, earned, 2)


@pytest.mark.parametrize("given", [None, TickedOptions(("1",)), TickedOptions(("2",))])
def test_a_question_without_points_is_neither_right_nor_wrong(given: QuestionResponse | None) -> None:
    found = corrected(builders.choices("x a", "b"), given, points=Decimal(0))
    assert (found.result, found.earned) == (Result.UNMARKED, 0)


def test_a_typed_answer_says_what_accepted_it() -> None:
    found = corrected(builders.short_text("préfet", "le préfet de région"), TypedText("prefet")).answer
    assert isinstance(found, CorrectedTyped)
    assert (found.given, found.accepted, found.feedback) == ("prefet", ("préfet", "le préfet de région"), None)
    assert "accents" in found.sentence
    assert "«\u202fpréfet\u202f»" in found.sentence


def test_an_expected_mistake_has_its_feedback_and_no_sentence() -> None:
    found = corrected(builders.short_text("REP+", mistakes=(("REP", "Il manque un signe."),)), TypedText("rep")).answer
    assert found == CorrectedTyped("rep", ("REP+",), "", builders_html("Il manque un signe."))


def builders_html(text: str) -> Any:
    return PlainRenderer().html(Fragment(text, 1))


def test_a_number_shows_its_range_and_unit() -> None:
    found = corrected(builders.number("54 à 56", "60", unit="%"), TypedText("55,5")).answer
    assert isinstance(found, CorrectedTyped)
    assert found.accepted == ("54 à 56\u202f%", "60\u202f%")
    assert found.sentence.endswith("«\u202f54 à 56\u202f».")


def test_matching_ordering_and_gaps_show_both_answers() -> None:
    matching = corrected(builders.matching("Préfet => État", "Maire => Commune"), MatchedPairs((("1", "Commune"), ("2", "Commune")))).answer
    assert isinstance(matching, CorrectedMatching)
    assert [(str(pair.left), pair.given, pair.expected, pair.correct) for pair in matching.pairs] == [
        ("Préfet", "Commune", "État", False),
        ("Maire", "Commune", "Commune", True),
    ]
    ordering = corrected(builders.ordering("a", "b", "c"), RankedItems((("2", 1), ("1", 2)))).answer
    assert isinstance(ordering, CorrectedOrdering)
    assert [(str(item.text), item.rank) for item in ordering.items] == [("a", 2), ("b", 1), ("c", None)]
    gaps = corrected(builders.gaps("Le [[PEDT | projet]] des [[(écoles) | mairies]]."), FilledGaps(("pedt", "mairies"))).answer
    assert isinstance(gaps, CorrectedGaps)
    holes = [piece for piece in gaps.pieces if isinstance(piece, CorrectedGap)]
    assert [(hole.given, hole.accepted, hole.correct, bool(hole.sentence)) for hole in holes] == [
        ("pedt", ("PEDT", "projet"), True, True),
        ("mairies", ("écoles",), False, False),
    ]


def test_blank_answers_of_every_kind_can_be_corrected() -> None:
    for question in builders.one_of_each():
        found = corrected(question.answer, explanation=question.explanation, points=question.points)
        assert (found.readable, found.earned) == ("", 0)
        assert found.result is (Result.BLANK if question.points else Result.UNMARKED)


def test_a_text_written_for_oneself_stands_beside_the_model() -> None:
    found = corrected(builders.open_text("Je réunis la troïka."), TypedText("Un <b>.\nDeux.\n\nTrois."), points=Decimal(0))
    assert found.answer == CorrectedOpenText((Markup("Un &lt;b&gt;.<br>Deux."), Markup("Trois.")), builders_html("Je réunis la troïka."))
    assert (found.result, found.readable) == (Result.UNMARKED, "« Un <b>.\nDeux.\n\nTrois. »")


def lesson(*headings: str) -> Lesson:
    titles = tuple(Heading(2, f"Titre {anchor}", anchor, 1) for anchor in headings)
    return Lesson("lecon", "La leçon", 10, (), None, CompletionCriterion.READ, False, builders.fragment(""), titles, (), (), (), (), 0)


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("lecon#le-prefet", LessonLink("lecon", "La leçon", "le-prefet", "Titre le-prefet")),
        ("lecon#disparu", LessonLink("lecon", "La leçon", "", "")),
        ("lecon", LessonLink("lecon", "La leçon", "", "")),
        ("", LessonLink("lecon", "La leçon", "", "")),
        ("inconnue#x", None),
    ],
)
def test_the_link_to_what_teaches_it(written: str, link: LessonLink | None) -> None:
    course = builders.course(lessons={"lecon": lesson("le-prefet")})
    assert corrected(builders.true_false(True), course=course, lesson_link=written).lesson == link


def test_all_is_rendered_in_reading_order() -> None:
    asked: Question = builders.question(builders.choices("x a | bien", "b | non"), statement="Titre\n\nSuite", explanation=builders.fragment("Fin"))
    renderer = PlainRenderer()
    reply = TickedOptions(("1",))
    answered = AnsweredQuestion(asked, builders.quiz(asked), reply, kind_of(asked).grade(reply, Lexicon()), builders.situation("s", "question"))
    correct(answered, QuestionLayout(1, "question", shuffle=False), renderer, Lexicon(), builders.course())
    assert renderer.rendered == ["Situation s", "Récit de s.", "Titre", "Suite", "a", "bien", "b", "non", "Fin"]
