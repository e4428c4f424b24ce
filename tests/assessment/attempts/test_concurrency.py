"""Requests at the same moment: each has one effect."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assessment import models
from app.assessment.attempts import results as extra_attempts
from app.assessment.attempts import services
from app.assessment.attempts.services import AttemptOutcome, SaveOutcome
from app.assessment.models import Attempt
from tests.assessment.learners import RIGHT, WRONG, Database, Learner, at, course_of, with_policy


def test_twenty_identical_posts_save_one_answer(learner: Learner) -> None:
    attempt = learner.start()
    results = learner.database.together(20, lambda session, _: services.save_answer(session, learner.person_id, attempt, 1, RIGHT, key="same", now=at(10)))
    assert results == [SaveOutcome(at(10), "« Vrai »", complete=True)] * 20
    assert len(learner.rows(attempt)) == 1


def test_twenty_different_posts_are_all_kept_in_one_order(learner: Learner) -> None:
    attempt = learner.start()
    results = learner.database.together(
        20,
        lambda session, number: services.save_answer(
            session, learner.person_id, attempt, number % 4 + 1, RIGHT if number % 8 < 4 else WRONG, key=f"k{number}", now=at(number)
        ),
    )
    assert all(isinstance(result, SaveOutcome) for result in results)
    rows = learner.rows(attempt)
    for question in ("q1", "q2", "q3", "q4"):
        mine = [(seq, readable) for question_id, seq, readable in rows if question_id == question]
        assert [seq for seq, _ in mine] == list(range(1, len(mine) + 1))
        assert all(one[1] != two[1] for one, two in pairwise(mine))


def test_two_starts_race_for_the_last_attempt(learner: Learner) -> None:
    with_policy(learner, max_attempts=1)
    started = learner.database.together(
        8, lambda session, number: services.start_attempt(session, learner.course, learner.person_id, "quiz", seed=number, now=at(1)).id
    )
    assert len(set(started)) == 1
    assert isinstance(started[0], int)
    learner.submit(started[0])
    refused = learner.database.together(
        8, lambda session, number: services.start_attempt(session, learner.course, learner.person_id, "quiz", seed=number, now=at(2)).id
    )
    assert all(isinstance(result, models.NoAttemptLeft) for result in refused)
    with learner.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_submits_at_one_moment_give_one_outcome(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    outcomes = learner.database.together(
        12, lambda session, number: services.submit_attempt(session, learner.course, learner.person_id, attempt, now=at(number))
    )
    assert outcomes == [outcomes[0]] * 12
    assert isinstance(outcomes[0], AttemptOutcome)
    assert outcomes[0].mark.raw == 1


def test_a_save_that_races_a_submit_is_either_graded_or_refused(learner: Learner) -> None:
    attempt = learner.start()

    def race(session: Session, number: int) -> AttemptOutcome | SaveOutcome:
        if number == 0:
            return services.submit_attempt(session, learner.course, learner.person_id, attempt, now=at(9))
        return services.save_answer(session, learner.person_id, attempt, number, RIGHT, key=f"k{number}", now=at(8))

    results = learner.database.together(5, race)
    outcome, saves = results[0], results[1:]
    assert isinstance(outcome, AttemptOutcome)
    assert all(isinstance(result, SaveOutcome | models.AttemptClosed) for result in saves)
    assert outcome.mark.raw == sum(isinstance(result, SaveOutcome) for result in saves)


def test_requests_and_answers_at_one_moment_give_one_attempt(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, course_of(), learner_id), max_attempts=1)
    learner.take(right=1)
    asked = database.together(6, lambda session, _: extra_attempts.request_attempt(session, learner.course, learner_id, "quiz", message="", now=at(5)).id)
    assert len(set(asked)) == 1
    request = asked[0]
    assert isinstance(request, int)
    answered = database.together(
        6, lambda session, n: extra_attempts.answer_request(session, request, granted=True, actor_id=trainer_id, reason=f"raison {n}", now=at(6)).reason
    )
    assert len(set(answered)) == 1
    assert learner.left == 1
