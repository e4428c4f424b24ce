"""Starting: the limit of attempts, what an attempt pins, practice."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from unittest import mock

import pytest
from msgspec.structs import replace
from sqlalchemy.exc import IntegrityError

from app.assessment import models
from app.assessment.attempts import results
from app.assessment.attempts.results import quiz_result
from app.assessment.attempts.sheet import attempt_of, sheet_of
from app.assessment.models import Attempt
from app.assessment.questions import correct
from app.assessment.questions.grading import Mark
from app.content.values.quiz import CorrectionTime, GradingMethod, Policy
from app.platform.errors import NotYours
from tests import builders
from tests.assessment.learners import RIGHT, YES_NO, Database, Learner, course_of, with_policy
from tests.assessment.rendering import PlainRenderer


@pytest.mark.parametrize("maximum", [1, 2, 3])
def test_as_many_attempts_as_said_and_no_more(learner: Learner, maximum: int) -> None:
    with_policy(learner, max_attempts=maximum)
    for number in range(1, maximum + 1):
        assert learner.left == maximum - number + 1
        outcome = learner.take(right=1)
        assert (outcome.number, outcome.tries_left) == (number, maximum - number)
    with pytest.raises(models.NoAttemptLeft):
        learner.start()


def test_a_running_attempt_does_not_count_against_itself(learner: Learner) -> None:
    with_policy(learner, max_attempts=1)
    attempt = learner.start()
    assert learner.left == 0
    assert learner.start(seed=2) == attempt
    learner.save(attempt, 1, RIGHT)
    assert learner.start(seed=3) == attempt
    assert learner.submit(attempt).tries_left == 0


def test_to_start_again_former_attempts_are_counted_not_read(learner: Learner) -> None:
    with_policy(learner, max_attempts=3)
    learner.take(right=4)
    with mock.patch.object(results, "tries_of", side_effect=AssertionError):
        learner.start()
    assert learner.left == 1


def test_zero_attempts_is_as_many_as_one_likes(learner: Learner) -> None:
    assert [learner.take(right=0).tries_left for _ in range(4)] == [None] * 4


KEPT = {
    GradingMethod.BEST: ["3/4", "3/4", "1"],
    GradingMethod.MEAN: ["3/4", "2/4", "2/3"],
    GradingMethod.FIRST: ["3/4", "3/4", "3/4"],
    GradingMethod.LAST: ["3/4", "1/4", "1"],
}


def test_four_grading_methods_by_one_two_and_three_attempts(database: Database, subtests: pytest.Subtests) -> None:
    cases = list(product(KEPT.items(), (1, 2, 3)))
    for ((method, kept), maximum), person in zip(cases, database.add_people(len(cases)), strict=True):
        with subtests.test(method.name, maximum=maximum):
            learner = Learner(database, course_of(), person)
            with_policy(learner, method=method, max_attempts=maximum, pass_mark=Decimal("0.7"))
            outcomes = [learner.take(right) for right in (3, 1, 4)[:maximum]]
            assert [outcome.kept for outcome in outcomes] == [Fraction(one) for one in kept[:maximum]]
            assert [outcome.passed for outcome in outcomes] == [Fraction(one) >= Fraction(7, 10) for one in kept[:maximum]]
            assert [outcome.attempt_passed for outcome in outcomes] == [True, False, True][:maximum]
            assert [outcome.mark.raw for outcome in outcomes] == [3, 1, 4][:maximum]


def test_the_database_itself_refuses_a_second_attempt_under_way(learner: Learner) -> None:
    attempt = learner.start()
    with learner.database.read() as session:
        original = session.get_one(Attempt, attempt)
        values = {column.key: getattr(original, column.key) for column in Attempt.__table__.columns if column.key != "id"}
    with pytest.raises(IntegrityError), learner.database.write() as session:
        session.add(Attempt(**{**values, "number": 2}))
    learner.submit(attempt)
    with pytest.raises(IntegrityError), learner.database.write() as session:
        session.add(Attempt(**values))


def test_a_withdrawn_quiz_can_be_finished_and_not_begun(learner: Learner) -> None:
    attempt = learner.start()
    learner.course = builders.course()
    assert learner.start() == attempt
    learner.save(attempt, 1, RIGHT)
    assert learner.submit(attempt).mark.raw == 1
    with pytest.raises(NotYours):
        learner.start()


def test_an_empty_quiz_cannot_be_begun(database: Database, person: int) -> None:
    with pytest.raises(models.EmptyQuiz):
        Learner(database, builders.course(builders.quiz()), person).start()


def test_somebody_unknown_starts_nothing(learner: Learner) -> None:
    learner.person_id = 12345
    with pytest.raises(NotYours):
        learner.start()


def test_an_attempt_keeps_the_text_the_policy_and_the_glossary_of_its_start(database: Database, person: int) -> None:
    asked = builders.question(builders.short_text("quartier prioritaire de la politique de la ville"), "sigle")
    policy = Policy(max_attempts=2, pass_mark=Decimal("0.5"))
    course = builders.course(builders.quiz(asked, policy=policy), glossary=builders.glossary(QPV="quartier prioritaire de la politique de la ville"))
    learner = Learner(database, course, person)
    attempt = learner.start()
    changed = replace(asked, answer=builders.short_text("autre chose"), fingerprint="fp-2")
    newer = builders.quiz(changed, policy=Policy(pass_mark=Decimal(1), shuffle=False))
    learner.course = database.publish(builders.course(newer, first_revision=10))
    learner.save(attempt, 1, {"texte": ["qpv"]})
    outcome = learner.submit(attempt)
    assert outcome.attempt_passed
    with database.read() as session:
        stored = session.get_one(Attempt, attempt)
        assert stored.questions == [{"id": "sigle", "document": "quiz", "revision": 1, "fingerprint": "fp-sigle"}]
        assert stored.pins == {"quiz": 1, "glossary": 2}
        assert stored.policy["pass_mark"] == "0.5"
        assert sheet_of(session, stored).entries[0].grade.verdicts[0].rule == "sigle"  # type: ignore[union-attr]


def test_a_question_of_another_quiz_pins_its_file(database: Database, person: int) -> None:
    other = builders.quiz(builders.question(builders.number("2014"), "annee"), id="autre")
    mine = builders.quiz(YES_NO[0], policy=Policy(shuffle=False), reuses=("annee",))
    learner = Learner(database, builders.course(mine, other), person)
    attempt = learner.start()
    learner.save(attempt, 2, {"texte": ["2\u202f014"]})
    assert learner.submit(attempt).mark.raw == 1
    with database.read() as session:
        stored = session.get_one(Attempt, attempt)
        assert [(one["id"], one["document"], one["revision"]) for one in stored.questions] == [("q1", "quiz", 1), ("annee", "autre", 2)]
        assert stored.pins == {"quiz": 1, "autre": 2}


def test_a_question_that_cannot_be_read_any_more_is_left_out_of_the_mark(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 2, RIGHT)
    learner.database.publish(builders.course(builders.quiz(*YES_NO[:2], *YES_NO[3:])))
    with pytest.raises(models.QuestionGone):
        learner.save(attempt, 3, RIGHT)
    learner.save(attempt, 4, RIGHT)
    assert learner.submit(attempt).mark == Mark(Fraction(2), Fraction(3))


def test_the_seed_decides_the_draw_and_the_layout(database: Database) -> None:
    course = builders.course(builders.quiz(*builders.one_of_each(), policy=Policy(draw=4)))
    people = database.add_people(3)
    learners = [Learner(database, course, one) for one in people]
    attempts = [learner.start(seed) for learner, seed in zip(learners, (5, 5, 6), strict=True)]
    with database.read() as session:
        sheets = [sheet_of(session, session.get_one(Attempt, one)) for one in attempts]
    ids = [[entry.pooled.question.id for entry in sheet.entries] for sheet in sheets]
    assert ids[0] == ids[1] != ids[2]
    pages = [
        [correct.present(e.pooled.question, e.layout, PlainRenderer(), e.response) for e in sheet.entries]
        for sheet in sheets
    ]  # fmt: skip
    assert pages[0] == pages[1]


def test_practice_takes_what_was_missed_and_changes_no_record(learner: Learner) -> None:
    with_policy(learner, max_attempts=2)
    outcome = learner.take(right=2)
    practice = learner.practise(outcome.attempt_id)
    assert learner.practise(outcome.attempt_id) == practice
    assert learner.left == 1
    with learner.database.read() as session:
        sheet = sheet_of(session, attempt_of(session, learner.person_id, practice))
        before = quiz_result(session, learner.course, learner.person_id, "quiz")
    assert [entry.pooled.question.id for entry in sheet.entries] == ["q3", "q4"]
    learner.save(practice, 1, RIGHT)
    done = learner.submit(practice)
    assert (done.practice, done.mark.raw, done.tries_left, done.passed) == (True, 1, None, False)
    with learner.database.read() as session:
        assert quiz_result(session, learner.course, learner.person_id, "quiz") == before
    again = learner.practise(practice)
    with learner.database.read() as session:
        assert [one["id"] for one in attempt_of(session, learner.person_id, again).questions] == ["q4"]
    assert learner.take(right=4).number == 2


def test_nothing_missed_is_nothing_to_practise(learner: Learner) -> None:
    with pytest.raises(models.NothingMissed):
        learner.practise(learner.take(right=4).attempt_id)
    with pytest.raises(models.AttemptOpen):
        learner.practise(learner.start())


@pytest.mark.parametrize("time", [CorrectionTime.NEVER, CorrectionTime.AFTER_LAST])
def test_practice_does_not_tell_what_the_correction_hides(learner: Learner, time: CorrectionTime) -> None:
    with_policy(learner, correction=time, max_attempts=2)
    with pytest.raises(models.NothingMissed):
        learner.practise(learner.take(right=1).attempt_id)
