"""Reading a form, keeping it, telling it."""

from __future__ import annotations

import json
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds import responses
from app.assessment.kinds.choices import ShownChoices, TickedOptions
from app.assessment.kinds.gaps import FilledGaps, ShownGap, ShownGaps
from app.assessment.kinds.matching import MatchedPairs, ShownMatching
from app.assessment.kinds.ordering import RankedItems, ShownOrdering
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import AnswerTooLong, Fields, QuestionLayout, QuestionResponse, TypedText, UnreadableAnswer
from app.assessment.questions import correct
from app.content.values.quiz import Choices, Gaps, Matching, OpenText, Ordering, Question, QuestionType
from tests import builders
from tests.assessment.rendering import PlainRenderer

QUESTIONS = {question.kind: question for question in builders.one_of_each()}
LAYOUT = QuestionLayout(11, "question")


def reading(kind: QuestionType, fields: Fields) -> QuestionResponse:
    return kind_of(QUESTIONS[kind]).read_answer(LAYOUT, fields)


@st.composite
def answers(draw: st.DrawFn, question: Question) -> QuestionResponse:
    match question.answer:
        case Choices(options=options, kind=kind):
            keys = draw(st.lists(st.sampled_from([option.key for option in options]), unique=True, max_size=9 if kind == QuestionType.MULTIPLE else 1))
            return TickedOptions(tuple(sorted(keys)))
        case Matching(pairs=pairs):
            rights = draw(st.lists(st.sampled_from(["", "État", "Commune", "Région"]), min_size=len(pairs), max_size=len(pairs)))
            return MatchedPairs(tuple((pair.key, right) for pair, right in zip(pairs, rights, strict=True) if right))
        case Ordering(items=items):
            ranks = draw(st.lists(st.integers(0, len(items)), min_size=len(items), max_size=len(items)))
            return RankedItems(tuple(sorted(((item.key, rank) for item, rank in zip(items, ranks, strict=True) if rank), key=lambda one: (one[1], one[0]))))
        case Gaps():
            return FilledGaps((draw(st.sampled_from(["", "PEDT", "autre chose"])), draw(st.sampled_from(["", "scolaires", "périscolaires"]))))
        case OpenText():
            return TypedText(draw(st.sampled_from(["", "Un mot.", "Deux\nlignes.", "Deux\n\nparagraphes."])))
        case _:
            return TypedText(draw(st.sampled_from(["", "contrat", "2 014", "12,5 %"])))


def filled_form(question: Question, layout: QuestionLayout, given_answer: QuestionResponse) -> dict[str, list[str]]:
    """The form that a browser would send from the page that shows `given_answer`."""
    shown = correct.present(question, layout, PlainRenderer(), given_answer).answer
    match shown:
        case ShownChoices():
            return {shown.name: [option.id for option in shown.options if option.chosen]}
        case ShownMatching():
            return {pair.name: [pair.chosen] for pair in shown.pairs}
        case ShownOrdering():
            return {item.name: [str(item.rank or "")] for item in shown.items}
        case ShownGaps():
            return {piece.name: [piece.value] for piece in shown.pieces if isinstance(piece, ShownGap)}
        case _:
            return {shown.name: [shown.value]}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
@given(data=st.data(), seed=st.integers(0, 10**6), shuffle=st.booleans())
def test_what_a_page_shows_is_what_its_form_sends_back(question: Question, data: st.DataObject, seed: int, shuffle: bool) -> None:
    layout = QuestionLayout(seed, question.id, shuffle)
    given_answer = data.draw(answers(question))
    assert kind_of(question).read_answer(layout, filled_form(question, layout, given_answer)) == given_answer


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
@given(data=st.data())
def test_what_is_stored_comes_back(question: Question, data: st.DataObject) -> None:
    given_answer = data.draw(answers(question))
    stored = json.loads(json.dumps(given_answer.payload()))
    assert kind_of(question).restore_answer(stored) == given_answer
    assert bool(kind_of(question).readable(given_answer)) == (not given_answer.is_blank)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
def test_an_empty_form_is_blank(question: Question) -> None:
    assert kind_of(question).read_answer(LAYOUT, {}) == kind_of(question).blank
    assert kind_of(question).blank.is_blank
    assert not kind_of(question).is_complete(kind_of(question).blank)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (QuestionType.SINGLE, {"choix": ["c9"]}),
        (QuestionType.SINGLE, {"choix": ["1"]}),
        (QuestionType.SINGLE, {"choix": ["c1", "c2"]}),
        (QuestionType.SINGLE, {"choix": ["t1"]}),
        (QuestionType.MULTIPLE, {"choix": ["c1", "c0"]}),
        (QuestionType.MATCHING, {"paire-p1": ["État"]}),
        (QuestionType.MATCHING, {"paire-p1": ["t1", "t2"]}),
        (QuestionType.ORDERING, {"rang-e1": ["5"]}),
        (QuestionType.ORDERING, {"rang-e1": ["-1"]}),
        (QuestionType.ORDERING, {"rang-e1": ["²"]}),
        (QuestionType.GAPS, {"trou-1": ["universitaires"]}),
        (QuestionType.TEXT, {"texte": ["un", "deux"]}),
    ],
)
def test_what_the_page_does_not_offer_is_refused(kind: QuestionType, fields: Fields) -> None:
    with pytest.raises(UnreadableAnswer):
        reading(kind, fields)


def test_typed_text_is_cleaned_and_bounded() -> None:
    assert reading(QuestionType.TEXT, {"texte": ["  contrat de\u200b  ville\x00 "]}) == TypedText("contrat de ville")
    assert reading(QuestionType.TEXT, {"texte": ["é" * 500]}) == TypedText("é" * 500)
    with pytest.raises(AnswerTooLong):
        reading(QuestionType.TEXT, {"texte": ["é" * 501]})
    with pytest.raises(AnswerTooLong):
        reading(QuestionType.TEXT, {"texte": ["é" * 1_000_000]})


def test_a_text_written_for_oneself_is_long_and_keeps_its_lines() -> None:
    typed = "  Le préfet appelle.\r\nJe rappelle.\r\n\r\n\r\n \r\nPuis j’écris.\u200b\r\n"
    assert reading(QuestionType.OPEN, {"texte": [typed]}) == TypedText("Le préfet appelle.\nJe rappelle.\n\nPuis j’écris.")
    assert reading(QuestionType.OPEN, {"texte": ["é" * 5_000]}) == TypedText("é" * 5_000)
    for length in (5_001, 1_000_000):
        with pytest.raises(AnswerTooLong, match="5\u202f000 caractères"):
            reading(QuestionType.OPEN, {"texte": ["é" * length]})
    assert kind_of(QUESTIONS[QuestionType.OPEN]).read_refused(LAYOUT, {"texte": ["é" * 5_001]}) == TypedText("é" * 5_001)


def test_a_refused_form_is_shown_again() -> None:
    again = {kind: kind_of(question).read_refused(LAYOUT, fields) for kind, question, fields in (
        (QuestionType.TEXT, QUESTIONS[QuestionType.TEXT], {"texte": ["é" * 900]}),
        (QuestionType.GAPS, QUESTIONS[QuestionType.GAPS], {"trou-0": ["pedt"], "trou-1": ["ailleurs"]}),
        (QuestionType.SINGLE, QUESTIONS[QuestionType.SINGLE], {"choix": ["c9"]}),
        (QuestionType.MULTIPLE, QUESTIONS[QuestionType.MULTIPLE], {"choix": ["c1"]}),
    )}  # fmt: skip
    assert again[QuestionType.TEXT] == TypedText("é" * 900)
    assert again[QuestionType.GAPS] == FilledGaps(("pedt", "ailleurs"))
    assert again[QuestionType.SINGLE].is_blank
    assert again[QuestionType.MULTIPLE] == reading(QuestionType.MULTIPLE, {"choix": ["c1"]})


@given(st.dictionaries(st.sampled_from(["choix", "texte", "paire-p1", "rang-e1", "trou-0", "trou-1"]), st.lists(st.text(max_size=8), max_size=3)))
def test_no_form_breaks_the_reader(fields: dict[str, list[str]]) -> None:
    for question in QUESTIONS.values():
        with suppress(UnreadableAnswer, AnswerTooLong):
            answer = kind_of(question).read_answer(LAYOUT, fields)
            assert kind_of(question).restore_answer(answer.payload()) == answer


@pytest.mark.parametrize(
    ("kind", "given_answer", "complete"),
    [
        (QuestionType.SINGLE, TickedOptions(("1",)), True),
        (QuestionType.TEXT, TypedText("x"), True),
        (QuestionType.OPEN, TypedText("x"), True),
        (QuestionType.MATCHING, MatchedPairs((("1", "État"), ("2", "État"))), False),
        (QuestionType.MATCHING, MatchedPairs((("1", "État"), ("2", "État"), ("3", "État"))), True),
        (QuestionType.ORDERING, RankedItems((("1", 1), ("2", 2), ("3", 3))), False),
        (QuestionType.ORDERING, RankedItems((("1", 1), ("2", 2), ("3", 3), ("4", 3))), False),
        (QuestionType.ORDERING, RankedItems((("4", 1), ("2", 2), ("3", 3), ("1", 4))), True),
        (QuestionType.GAPS, FilledGaps(("x", "")), False),
        (QuestionType.GAPS, FilledGaps(("x", "scolaires")), True),
    ],
)
def test_completeness(kind: QuestionType, given_answer: QuestionResponse, complete: bool) -> None:
    assert kind_of(QUESTIONS[kind]).is_complete(given_answer) is complete


@pytest.mark.parametrize(
    ("kind", "given_answer", "sentence"),
    [
        (QuestionType.MULTIPLE, TickedOptions(("1", "3")), "« Le préfet » ; « Le maire »"),
        (QuestionType.TEXT, TypedText("contrat"), "« contrat »"),
        (QuestionType.OPEN, TypedText("Un.\n\nDeux."), "« Un.\n\nDeux. »"),
        (QuestionType.MATCHING, MatchedPairs((("1", "État"), ("3", "Région"))), "Préfet → État ; Maire → Région"),
        (QuestionType.ORDERING, RankedItems((("2", 1), ("1", 2))), "1. Objectifs ; 2. Diagnostic"),
        (QuestionType.GAPS, FilledGaps(("pedt", "")), "« pedt » ; (vide)"),
    ],
)
def test_an_answer_in_french(kind: QuestionType, given_answer: QuestionResponse, sentence: str) -> None:
    assert kind_of(QUESTIONS[kind]).readable(given_answer) == sentence


def test_markdown_is_told_as_plain_text() -> None:
    assert responses.as_text("Le **préfet**[^1] de\n\n[département](prefecture)") == "Le préfet de département"


# --- The sample answers of the demonstration -------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
@given(seed=st.integers(0, 10**6), shuffle=st.booleans())
def test_the_sample_answers_are_read_and_earn_what_they_say(question: Question, seed: int, shuffle: bool) -> None:
    layout, kind = QuestionLayout(seed, question.id, shuffle), kind_of(question)
    right, wrong = (kind.read_answer(layout, kind.sample(layout, right)) for right in (True, False))
    assert kind.is_complete(right)
    assert kind.grade(right, Lexicon()).fraction == 1
    assert kind.grade(wrong, Lexicon()).fraction < Fraction(1, 2) or not question.points
