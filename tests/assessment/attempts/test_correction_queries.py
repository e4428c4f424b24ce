"""The page of a submitted attempt: its mark always, its correction when it may be read."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from msgspec.structs import replace

from app.assessment import models
from app.content.values.quiz import CorrectionTime, GradingMethod, Policy
from app.content.values.text import Source
from tests import builders
from tests.assessment.learners import WRONG, YES_NO, Database, Learner, with_policy
from tests.assessment.pages import correction, recap, view


def test_open_and_closed_attempts_have_different_pages(learner: Learner) -> None:
    attempt = learner.start()
    with pytest.raises(models.AttemptOpen):
        correction(learner, attempt)
    learner.submit(attempt)
    with pytest.raises(models.AttemptClosed):
        view(learner, attempt, 1)
    with pytest.raises(models.AttemptClosed):
        recap(learner, attempt)


def test_a_correction(learner: Learner) -> None:
    with_policy(learner, max_attempts=3, method=GradingMethod.MEAN, pass_mark=Decimal("0.6"))
    learner.take(right=1)
    outcome = learner.take(right=3)
    page = correction(learner, outcome.attempt_id)
    assert (page.attempt.mark.raw, page.attempt.mark.maximum, page.attempt.passed) == (3, 4, True)
    assert (page.result.kept, page.result.passed, page.attempt.policy.pass_mark) == (Fraction(1, 2), False, Decimal("0.6"))
    assert [question.earned for question in page.questions] == [1, 1, 1, 0]
    assert (page.may_practise, page.left) == (True, "Il vous reste 1\u00a0tentative sur 3.")
    assert [step.readable for step in page.answers] == ["« Vrai »"] * 3 + ["« Faux »"]


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        (CorrectionTime.AFTER_EACH, [True, True]),
        (CorrectionTime.AFTER_SUBMIT, [True, True]),
        (CorrectionTime.AFTER_LAST, [False, True]),
        (CorrectionTime.NEVER, [False, False]),
    ],
)
def test_when_the_correction_shows(learner: Learner, time: CorrectionTime, shown: list[bool]) -> None:
    with_policy(learner, max_attempts=2, correction=time)
    outcomes = []
    for expected in shown:
        outcomes.append(learner.take(right=1))
        page = correction(learner, outcomes[-1].attempt_id)
        assert (page.shows, bool(page.questions), page.may_practise) == (expected,) * 3
        assert len(page.answers) == 4
    assert correction(learner, outcomes[0].attempt_id).shows is shown[-1]


def test_the_last_attempt_under_way_still_hides_the_former_correction(learner: Learner) -> None:
    with_policy(learner, max_attempts=2, correction=CorrectionTime.AFTER_LAST)
    outcome = learner.take(right=1)
    learner.start()
    assert not correction(learner, outcome.attempt_id).shows


def test_what_is_passed_stays_passed(learner: Learner) -> None:
    with_policy(learner, method=GradingMethod.LAST)
    learner.take(right=4)
    outcome = learner.take(right=0)
    assert not outcome.passed
    assert correction(learner, outcome.attempt_id).result.passed


def test_practice_is_always_corrected(learner: Learner) -> None:
    practice = learner.practise(learner.take(right=1).attempt_id)
    learner.save(practice, 1, WRONG)
    learner.submit(practice)
    page = correction(learner, practice)
    assert (page.heading.practice, page.shows, [question.fraction < 1 for question in page.questions]) == (True, True, [True] * 3)


def test_notes_of_questions_from_several_files_are_numbered_together(database: Database, person: int) -> None:
    other_question = builders.question(builders.true_false(True), "autre-q", explanation=builders.fragment("Voir[^a]."))
    other = builders.quiz(other_question, id="autre", sources=(Source("a", "Note du deuxième", 1),))
    mine_question = replace(YES_NO[0], explanation=builders.fragment("Voir[^a]."))
    mine = builders.quiz(mine_question, policy=Policy(shuffle=False), reuses=("autre-q",), sources=(Source("a", "Note du premier", 1),))
    learner = Learner(database, builders.course(mine, other), person)
    attempt = learner.start()
    learner.submit(attempt)
    page = correction(learner, attempt)
    assert 'popovertarget="source-1"' in str(page.questions[0].explanation)
    assert 'popovertarget="source-2"' in str(page.questions[1].explanation)
    assert page.notes.index("Note du premier") < page.notes.index("Note du deuxième")
    assert page.notes.count("<li") == 2
