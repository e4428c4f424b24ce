"""What a page receives holds no key, no feedback, no explanation: read from the types, then from the values."""

from __future__ import annotations

import typing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields, replace

from app.assessment.kinds.choices import ShownChoices, TickedOptions
from app.assessment.kinds.gaps import FilledGaps, ShownGap, ShownGaps
from app.assessment.kinds.kind import WHOLE, ShownAnswer
from app.assessment.kinds.matching import MatchedPairs, ShownMatching
from app.assessment.kinds.number import ShownNumber
from app.assessment.kinds.open_text import ShownOpenText
from app.assessment.kinds.ordering import RankedItems, ShownOrdering
from app.assessment.kinds.registry import KINDS, kind_of, marking
from app.assessment.kinds.responses import QuestionLayout, TypedText
from app.assessment.kinds.short_text import ShownText
from app.assessment.questions import correct as presenting
from app.assessment.questions.correct import ShownQuestion, present
from app.content.quiz.shapes import SHAPES
from app.content.values.quiz import Answer, Question, QuestionType
from tests import builders
from tests.assessment.rendering import PlainRenderer

FORBIDDEN = (
    "correct",
    "right",
    "accepted",
    "answer_key",
    "key",
    "feedback",
    "explanation",
    "mistake",
    "verdict",
    "fraction",
    "expected",
    "lesson",
    "question_id",
)


def types_of(kind: Any, found: set[type] | None = None) -> set[type]:
    """Every struct reachable from a type through its fields."""
    found = set() if found is None else found
    for part in (kind, *typing.get_args(kind)):
        if isinstance(part, type) and issubclass(part, Struct) and part not in found:
            found.add(part)
            for hint in typing.get_type_hints(part).values():
                types_of(hint, found)
        elif part is not kind:
            types_of(part, found)
    return found


def shown(question: Question, seed: int = 7, **settings: Any) -> ShownQuestion:
    return present(question, QuestionLayout(seed, question.id), PlainRenderer(), settings.pop("given", kind_of(question).blank), **settings)


def words(value: Any) -> str:
    """Every text that a presented value holds."""
    if isinstance(value, Struct):
        return " ".join(words(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, tuple):
        return " ".join(words(part) for part in value)
    return str(value)


def test_no_field_of_the_presented_types_could_carry_the_key() -> None:
    types = types_of(ShownQuestion).union(*(types_of(typing.get_type_hints(kind.present)["return"]) for kind in KINDS.values())) - {ShownAnswer}
    assert {kind.__name__ for kind in types} >= {"ShownQuestion", "ShownOption", "ShownPair", "ShownTarget", "ShownItem", "ShownGap", "ShownSituation"}
    assert all(kind.__module__ in (presenting.__name__, *(asked.__module__ for asked in KINDS.values())) for kind in types)
    assert all(kind.__name__.startswith("Shown") for kind in types)
    for kind in types:
        for field in fields(kind):
            assert not [word for word in FORBIDDEN if word in field.name], f"{kind.__name__}.{field.name}"


SECRET = "SECRET"


def secret_questions() -> list[Question]:
    told = builders.fragment(f"Explication {SECRET}")
    settings: dict[str, Any] = {"explanation": told, "lesson_link": f"lecon#{SECRET}", "objective": SECRET, "tags": (SECRET,), "fingerprint": SECRET}
    answers: list[Answer] = [
        builders.choices(f"a | {SECRET}", "x b", "c"),
        builders.choices(f"x a | {SECRET}", "x b", "c"),
        builders.true_false(True),
        builders.short_text(SECRET, mistakes=((SECRET, SECRET),)),
        builders.number("1958 à 1959"),
        replace(builders.matching("a => X", "b => Y"), pairs=tuple(replace(p, feedback=told) for p in builders.matching("a => X", "b => Y").pairs)),
        builders.ordering("a", "b", "c"),
        builders.gaps(f"Le [[{SECRET}]] et [[(x) | y]]."),
        builders.open_text(SECRET),
    ]
    return [builders.question(answer, SECRET.lower(), "Énoncé", **settings) for answer in answers]


@pytest.mark.parametrize("question", secret_questions(), ids=lambda question: question.kind.value)
def test_nothing_secret_is_in_the_value_nor_rendered(question: Question) -> None:
    renderer = PlainRenderer()
    value = present(question, QuestionLayout(3, question.id), renderer, kind_of(question).blank)
    assert SECRET.casefold() not in words(value).casefold()
    assert "1958" not in words(value)
    assert not [text for text in renderer.rendered if SECRET in text]


@given(st.integers(0, 10**9), st.lists(st.booleans(), min_size=4, max_size=4).filter(lambda marks: sum(marks) > 1))
def test_another_key_gives_the_same_page(seed: int, marks: list[bool]) -> None:
    """The value is a function of what the learner may know: change the key, nothing moves."""
    first = builders.question(builders.choices("x a", "x b", "c", "d"))
    second = builders.question(builders.choices(*(f"x {text}" if mark else text for text, mark in zip("abcd", marks, strict=True))))
    assert shown(first, seed) == shown(second, seed)


@given(st.integers(0, 10**9), st.permutations(["w", "x", "y", "z"]))
def test_another_order_or_pairing_gives_the_same_page(seed: int, mixed: list[str]) -> None:
    assert shown(builders.question(builders.ordering("w", "x", "y", "z")), seed) == shown(builders.question(builders.ordering(*mixed)), seed)
    pairs = [builders.matching(*(f"{left} => {right}" for left, right in zip("abcd", rights, strict=True))) for rights in ("wxyz", mixed)]
    assert shown(builders.question(pairs[0]), seed) == shown(builders.question(pairs[1]), seed)
    menus = [builders.gaps(f"[[({m[0]}) | {' | '.join(m[1:])}]]") for m in (["w", "x", "y", "z"], mixed)]
    assert shown(builders.question(menus[0]), seed) == shown(builders.question(menus[1]), seed)


@pytest.mark.parametrize(
    "answers", [(builders.short_text("préfet"), builders.short_text("recteur", "maire")), (builders.number("3"), builders.number("1 à 9"))]
)
def test_another_typed_key_gives_the_same_page(answers: tuple[Answer, Answer]) -> None:
    assert shown(builders.question(answers[0])) == shown(builders.question(answers[1]))


def test_each_kind_has_its_type() -> None:
    found = {question.kind: type(shown(question).answer) for question in builders.one_of_each()}
    assert found == {
        QuestionType.SINGLE: ShownChoices,
        QuestionType.MULTIPLE: ShownChoices,
        QuestionType.TRUE_FALSE: ShownChoices,
        QuestionType.TEXT: ShownText,
        QuestionType.NUMBER: ShownNumber,
        QuestionType.MATCHING: ShownMatching,
        QuestionType.ORDERING: ShownOrdering,
        QuestionType.GAPS: ShownGaps,
        QuestionType.OPEN: ShownOpenText,
    }


def by_kind(kind: QuestionType) -> Question:
    return next(question for question in builders.one_of_each() if question.kind == kind)


def test_what_was_answered_is_filled_in() -> None:
    multiple = shown(by_kind(QuestionType.MULTIPLE), given=TickedOptions(("1", "4"))).answer
    assert isinstance(multiple, ShownChoices)
    assert multiple.several
    assert [option.id for option in multiple.options] == ["c1", "c2", "c3", "c4"]
    assert {option.text for option in multiple.options if option.chosen} == {"<p>Le préfet</p>", "<p>Le président de région</p>"}
    number = shown(builders.question(builders.number("12", unit="%", unit_required=True)), given=TypedText("13")).answer
    assert number == ShownNumber("texte", "13", "%", True)
    matching = shown(by_kind(QuestionType.MATCHING), given=MatchedPairs((("2", "État"),))).answer
    assert isinstance(matching, ShownMatching)
    target = {one.text: one.id for one in matching.targets}["État"]
    assert {str(pair.left): pair.chosen for pair in matching.pairs} == {"Préfet": "", "Recteur": target, "Maire": ""}
    ordering = shown(by_kind(QuestionType.ORDERING), given=RankedItems((("3", 1),))).answer
    assert isinstance(ordering, ShownOrdering)
    assert {str(item.text): item.rank for item in ordering.items} == {"Diagnostic": None, "Objectifs": None, "Actions": 1, "Évaluation": None}
    assert list(ordering.ranks) == [1, 2, 3, 4]


def test_gaps_are_cut_out_of_the_rendered_text() -> None:
    question = by_kind(QuestionType.GAPS)
    answer = shown(question, given=FilledGaps(("pedt", ""))).answer
    assert isinstance(answer, ShownGaps)
    assert [piece for piece in answer.pieces if isinstance(piece, str)] == [
        '<p>Le <span class="unbroken">',
        '</span> concerne les temps <span class="unbroken">',
        ".</span></p>",
    ]
    holes = [piece for piece in answer.pieces if isinstance(piece, ShownGap)]
    assert [(hole.name, hole.number, hole.value, sorted(hole.menu)) for hole in holes] == [
        ("trou-0", 1, "pedt", []),
        ("trou-1", 2, "", ["périscolaires", "scolaires"]),
    ]


def test_the_statement_its_situation_and_hint_come_in_reading_order() -> None:
    question = builders.question(builders.true_false(True), statement="Énoncé ?\n\nSuite.\n\nFin.", hint=builders.fragment("Indice."))
    renderer = PlainRenderer()
    value = present(question, QuestionLayout(1, "q"), renderer, kind_of(question).blank, builders.situation("s", "question"))
    assert (value.title, value.body, value.hint) == ("Énoncé ?", "<p>Suite.\n\nFin.</p>", "<p>Indice.</p>")
    assert renderer.rendered == ["Situation s", "Récit de s.", "Énoncé ?", "Suite.\n\nFin.", "Vrai", "Faux", "Indice."]


def test_an_answer_of_another_kind_is_a_bug() -> None:
    with pytest.raises(AttributeError):
        shown(by_kind(QuestionType.SINGLE), given=TypedText("x"))


def test_the_vocabulary_of_answers_is_covered() -> None:
    assert set(typing.get_args(Answer)) == set(KINDS) == set(SHAPES)
    assert {kind for handler in KINDS.values() for kind, _how in handler.marked} == set(QuestionType)


def test_what_is_said_of_a_mark_is_what_is_earned() -> None:
    """All or nothing where the help says so, but for several boxes where the trainer asks for it."""
    for question in builders.one_of_each():
        kind = kind_of(question)
        assert kind.earned_whole is (dict(kind.marked)[question.kind] == WHOLE)
    assert kind_of(builders.question(builders.choices("x a", "x b", "c", exact_credit=True))).earned_whole
    assert list(marking().values()).count(WHOLE) == 1
