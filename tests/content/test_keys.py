"""A key moves when another answer is right: not with what is wrong beside it, nor with accents and capitals that do not count."""

from __future__ import annotations

import pytest

from app.content.values.keys import changed_keys, same_key
from app.content.values.quiz import Answer, Choices
from tests import builders

SEVERAL = builders.choices("x a", "x b", "c")


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (builders.choices("x a", "b"), builders.choices("b", "x a"), True),
        (builders.choices("x a", "b"), builders.choices("x a", "d", "e"), True),
        (builders.choices("x Préfet", "b"), builders.choices("x prefet", "b"), True),
        (builders.choices("x a", "b"), builders.choices("x A", "x b"), False),
        (builders.choices("x a", "b"), builders.choices("a", "x b"), False),
        (builders.choices("x a", "A"), builders.choices("a", "x A"), False),
        (builders.choices("x 2014", "b"), builders.choices("x 2015", "b"), False),
        (builders.true_false(True), builders.true_false(False), False),
        (SEVERAL, builders.choices("x a", "b", "x c"), False),
        (SEVERAL, Choices(SEVERAL.kind, SEVERAL.options, exact_credit=True), True),
        (builders.short_text("préfet"), builders.short_text("Prefet"), True),
        (builders.short_text("préfet", strict=True), builders.short_text("prefet", strict=True), False),
        (builders.short_text("a"), builders.short_text("a", "b"), False),
        (builders.short_text("a"), builders.short_text("a", mistakes=(("b", "Non."),)), True),
        (builders.number("5"), builders.number("-5"), False),
        (builders.number("5", unit="km"), builders.number("5", unit="km", unit_required=True), False),
        (builders.matching("p => 1", "q => 2"), builders.matching("q => 2", "p => 1", distractors=("3",)), True),
        (builders.matching("p => 1", "q => 2"), builders.matching("p => 2", "q => 1"), False),
        (builders.ordering("a", "b"), builders.ordering("b", "a"), False),
        (builders.gaps("[[(a) | b]] et [[x]]"), builders.gaps("[[b | (a) | c]] puis [[x]]"), True),
        (builders.gaps("[[(a) | b]]"), builders.gaps("[[a | (b)]]"), False),
        (builders.gaps("[[x]]"), builders.gaps("[[x | y]]"), False),
        (builders.open_text("Un modèle."), builders.open_text("Un autre."), False),
        (builders.choices("x a", "b"), builders.short_text("a"), False),
    ],
)
def test_whether_what_is_right_stays_right(before: Answer, after: Answer, same: bool) -> None:
    assert same_key(before, after) is same
    assert same_key(after, before) is same


def test_a_question_is_found_again_by_its_id() -> None:
    one, moved = builders.question(builders.true_false(True), "une"), builders.question(builders.true_false(False), "une")
    other = builders.question(builders.true_false(True), "deux")
    found = changed_keys(builders.quiz(one, other), builders.quiz(other, moved))
    assert [(change.after.id, change.place) for change in found] == [("une", 2)]
    assert changed_keys(builders.quiz(one), builders.quiz(other)) == ()
    assert changed_keys(None, builders.quiz(one)) == ()
