"""Attempts left at 1, 2 and 3, when the correction shows, and the sentences that say so."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment import policy as policies
from app.assessment.kinds.registry import kind_of
from app.assessment.questions.grading import passes
from app.content.values.quiz import CorrectionTime, GradingMethod, Policy, Question
from tests import builders


@pytest.mark.parametrize("maximum", [1, 2, 3])
def test_attempts_are_counted_in_total(maximum: int) -> None:
    """« tentatives: 3 » is three in all: the third may start, the fourth may not."""
    allowed = policies.allowed_attempts(Policy(max_attempts=maximum), granted=0)
    assert allowed == maximum
    for used in range(maximum):
        left = policies.attempts_left(allowed, used)
        assert left == maximum - used
        assert policies.may_start(left)
    assert policies.attempts_left(allowed, maximum) == 0
    assert not policies.may_start(policies.attempts_left(allowed, maximum))
    assert not policies.may_start(policies.attempts_left(allowed, maximum + 4))


def test_zero_is_as_many_as_one_likes() -> None:
    allowed = policies.allowed_attempts(Policy(max_attempts=0), granted=2)
    assert allowed is None
    assert policies.attempts_left(allowed, 500) is None
    assert policies.may_start(None)


def test_a_grant_adds_one() -> None:
    allowed = policies.allowed_attempts(Policy(max_attempts=1), granted=1)
    assert [policies.attempts_left(allowed, used) for used in (0, 1, 2, 3)] == [2, 1, 0, 0]


@pytest.mark.parametrize(
    ("left", "passed", "is_open", "expected"),
    [(0, False, False, True), (1, False, False, False), (None, False, False, False), (0, True, False, False), (0, False, True, False)],
)
def test_another_attempt_is_asked_for_only_when_it_would_serve(left: int | None, passed: bool, is_open: bool, expected: bool) -> None:
    assert policies.may_request(left, passed, is_open) is expected


@pytest.mark.parametrize(
    ("time", "shown_when"),
    [
        (CorrectionTime.AFTER_EACH, {(True, 2, False), (True, 0, False), (True, 2, True), (True, 0, True), (True, None, False)}),
        (CorrectionTime.AFTER_SUBMIT, {(True, 2, False), (True, 0, False), (True, 2, True), (True, 0, True), (True, None, False)}),
        (CorrectionTime.AFTER_LAST, {(True, 0, False), (True, 2, True), (True, 0, True)}),
        (CorrectionTime.NEVER, set()),
    ],
)
def test_when_the_correction_shows(time: CorrectionTime, shown_when: set[tuple[bool, int | None, bool]]) -> None:
    policy = Policy(correction=time)
    cases = [(submitted, left, passed) for submitted in (False, True) for left, passed in ((2, False), (0, False), (2, True), (0, True), (None, False))]
    assert {case: policies.correction_shows(policy, *case) for case in cases} == {case: case in shown_when for case in cases}


POLICIES = st.builds(
    Policy,
    pass_mark=st.decimals(0, 1, places=3),
    max_attempts=st.integers(0, 9),
    method=st.sampled_from(GradingMethod),
    correction=st.sampled_from(CorrectionTime),
    shuffle=st.booleans(),
    draw=st.none() | st.integers(1, 30),
)


@given(POLICIES)
def test_a_frozen_policy_thaws_whole(policy: Policy) -> None:
    assert policies.policy_from_json(policies.policy_as_json(policy)) == policy


def asked(*points: str, tags: tuple[str, ...] = ()) -> list[Question]:
    """True or false, of these points."""
    return [builders.question(builders.true_false(True), f"q{place}", points=Decimal(each), tags=tags) for place, each in enumerate(points)]


@given(POLICIES, st.integers(1, 30))
def test_every_policy_has_its_sentences(policy: Policy, drawn: int) -> None:
    sentences = policies.policy_sentences(policy, asked(*"1" * 30), drawn)
    assert len(sentences) == 4
    assert all(sentence.endswith(".") and ".." not in sentence for sentence in sentences)


def test_the_policy_in_french() -> None:
    policy = Policy(pass_mark=Decimal("0.7"), max_attempts=3, method=GradingMethod.BEST, correction=CorrectionTime.AFTER_SUBMIT)
    assert policies.policy_sentences(policy, asked(*"1" * 20), 8) == (
        "8\u00a0questions sur 20, tirées au sort à chaque tentative.",
        "Pour réussir, il faut au moins 6\u00a0bonnes réponses sur 8 (70\u202f%).",
        "3\u00a0tentatives en tout\u202f; la meilleure note compte.",
        "La correction s’affiche après l’envoi.",
    )
    assert [policies.policy_sentences(policy, asked(*"1" * 20), drawn)[0] for drawn in (19, 20)] == [
        "19\u00a0questions sur 20, tirées au sort à chaque tentative.",
        "20\u00a0questions.",
    ]
    free = Policy(max_attempts=0, method=GradingMethod.MEAN)
    assert policies.policy_sentences(free, asked("1"), 1)[2] == "Autant de tentatives que vous voulez\u202f; la moyenne des notes compte."
    assert policies.policy_sentences(Policy(max_attempts=1), asked("1"), 1)[2] == "Une seule tentative."


def test_points_are_said_only_where_the_draw_does_not_change_them() -> None:
    unequal = asked("1", "2", "1.5")
    assert policies.policy_sentences(Policy(), unequal, 2)[1] == "Pour réussir, il faut au moins 70\u202f% des points."
    assert "3,15\u00a0points sur 4,5 (70\u202f%)" in policies.policy_sentences(Policy(), unequal, 3)[1]


@given(POLICIES, st.integers(1, 30))
def test_as_many_good_answers_as_are_asked_pass_and_one_fewer_fails(policy: Policy, count: int) -> None:
    found = re.search(r"au moins (\d+)\u00a0bonne", policies.policy_sentences(policy, asked(*"1" * count), count)[1])
    assert found
    needed = int(found[1])
    assert passes(Fraction(needed, count), Fraction(policy.pass_mark))
    assert not passes(Fraction(needed - 1, count), Fraction(policy.pass_mark))


def test_where_an_answer_may_earn_a_part_points_are_said_as_they_are() -> None:
    """4.9 of 7 can be reached there; nobody can give 4.9 good answers."""
    parts = [*asked(*"1" * 6), builders.question(builders.matching("Préfet => État", "Maire => Commune"), "parts")]
    assert policies.policy_sentences(Policy(), parts, 7)[1] == (
        "Pour réussir, il faut au moins 4,9\u00a0points sur 7 (70\u202f%)\u202f; une réponse en partie juste rapporte sa part."
    )
    whole = builders.question(builders.choices("x Un", "x Deux", "Trois", exact_credit=True), "tout")
    assert "5\u00a0bonnes réponses sur 7" in policies.policy_sentences(Policy(), [*asked(*"1" * 6), whole], 7)[1]


def test_a_quiz_without_points_is_passed_by_sending_it() -> None:
    assert policies.policy_sentences(Policy(), asked("0", "0"), 2)[1] == "Ce quiz ne compte aucun point\u202f: pour le réussir, il suffit de l’envoyer."
    assert "0,7\u00a0point sur 1" in policies.policy_sentences(Policy(), asked("0", "1"), 2)[1]


@pytest.mark.parametrize(
    ("allowed", "left", "is_open", "sentence"),
    [
        (None, None, False, ""),
        (3, 2, False, "Il vous reste 2\u00a0tentatives sur 3."),
        (3, 1, False, "Il vous reste 1\u00a0tentative sur 3."),
        (3, 0, False, "Il ne vous reste aucune tentative."),
        (3, 1, True, "Une tentative est en cours\u202f; après elle, il en restera 1."),
        (1, 0, True, "Une tentative est en cours\u202f; après elle, il n’en restera plus."),
    ],
)
def test_what_is_left_in_french(allowed: int | None, left: int | None, is_open: bool, sentence: str) -> None:
    assert policies.left_sentence(allowed, left, is_open) == sentence


def test_the_credit_rule_depends_on_the_shape_and_not_on_the_key() -> None:
    right = builders.question(builders.choices("x a", "x b", "c"))
    other = builders.question(builders.choices("x a", "x b", "x c"))
    assert kind_of(right).credit_sentence == kind_of(other).credit_sentence
    sentences = [kind_of(question).credit_sentence for question in builders.one_of_each()]
    assert len(set(sentences)) == 9
    assert sentences[8] == "Réponse libre, sans note\u202f: écrivez pour vous. Une réponse modèle s’affiche avec la correction."
    assert sentences[1].endswith("2\u00a0points.")
    exact = builders.question(builders.choices("x a", "x b", "c", exact_credit=True), points=Decimal("1.5"))
    assert kind_of(exact).credit_sentence.endswith("toutes les bonnes cases et aucune autre. 1,5\u00a0point.")
    assert "exactement" in kind_of(builders.question(builders.short_text("REP+", strict=True))).credit_sentence
    with_unit = kind_of(builders.question(builders.number("3", unit="€", unit_required=True))).credit_sentence
    assert with_unit == "Nombre à écrire en chiffres\u202f: tout ou rien. Écrivez aussi l’unité. 1\u00a0point."
