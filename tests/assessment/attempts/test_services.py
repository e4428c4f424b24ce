"""Submitting: one outcome, exact, the same for whoever asks again."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from app.assessment.models import Attempt, Response
from app.content.values.quiz import Policy
from tests import builders
from tests.assessment.learners import Database, Learner, with_policy


def test_the_outcome_stays_the_same_whatever_comes_after(learner: Learner) -> None:
    with_policy(learner, max_attempts=3)
    first = learner.take(right=1)
    learner.take(right=4)
    assert learner.submit(first.attempt_id) == first
    assert (first.kept, first.passed, first.tries_left) == (Fraction(1, 4), False, 2)


def test_a_pass_is_exact(learner: Learner) -> None:
    with_policy(learner, pass_mark=Decimal("0.75"))
    assert learner.take(right=3).passed
    with_policy(learner, pass_mark=Decimal("0.7500001"))
    assert not learner.take(right=3).passed


def test_an_attempt_without_any_answer_is_worth_nothing(learner: Learner) -> None:
    outcome = learner.submit(learner.start())
    assert (outcome.mark.raw, outcome.mark.maximum, outcome.passed) == (0, 4, False)


def test_fractions_are_stored_exactly(database: Database, person: int) -> None:
    thirds = builders.question(builders.choices("x a", "x b", "x c", "d"), points=Decimal("0.5"))
    learner = Learner(database, builders.course(builders.quiz(thirds, policy=Policy(shuffle=False))), person)
    attempt = learner.start()
    learner.save(attempt, 1, {"choix": ["c1"]})
    assert learner.submit(attempt).mark.raw == Fraction(1, 6)
    with database.read() as session:
        assert session.get_one(Attempt, attempt).score_raw == Fraction(1, 6)
        assert session.scalars(select(Response.fraction)).one() == Fraction(1, 3)
