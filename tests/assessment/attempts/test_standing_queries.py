"""Over all of a person's quizzes: which attempt is under way and at which question, which quiz waits for somebody else, what to read again."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.assessment.attempts import results
from app.assessment.attempts.corrections import FailedAttempt, failed_attempt
from app.assessment.attempts.queries import OpenAttempt, next_position, open_attempts, resume_position, waiting
from app.assessment.attempts.sheet import QuestionStatus
from app.assessment.policy import AttemptWait
from tests.assessment.learners import RIGHT, WRONG, Database, Learner, ask, at, course_of, with_policy
from tests.assessment.pages import counted_selects


def under_way(learner: Learner) -> tuple[OpenAttempt, ...]:
    with learner.database.read() as session:
        return open_attempts(session, learner.person_id)


def waits_of(session: Session, learner: Learner) -> dict[str, AttemptWait]:
    return waiting(session, learner.course, learner.person_id, ("quiz",))


def waits(learner: Learner) -> dict[str, AttemptWait]:
    with learner.database.read() as session:
        return waits_of(session, learner)


def failure(learner: Learner) -> FailedAttempt | None:
    with learner.database.read() as session:
        return failed_attempt(session, learner.course, learner.person_id, "quiz")


BLANK, PARTIAL, ANSWERED, LOCKED = QuestionStatus.BLANK, QuestionStatus.PARTIAL, QuestionStatus.ANSWERED, QuestionStatus.LOCKED


@pytest.mark.parametrize(
    ("statuses", "position"),
    [
        ([], 1),
        ([BLANK, BLANK], 1),
        ([ANSWERED, BLANK, PARTIAL], 2),
        ([LOCKED, ANSWERED, BLANK], 3),  # without an answer goes before not corrected
        ([LOCKED, PARTIAL, ANSWERED], 2),
        ([ANSWERED, ANSWERED], 1),
        ([LOCKED, LOCKED], 2),
    ],
)
def test_where_an_attempt_goes_on(statuses: list[QuestionStatus], position: int) -> None:
    assert resume_position(list(enumerate(statuses, 1))) == position


def test_an_attempt_under_way_is_named_with_its_question(learner: Learner) -> None:
    assert under_way(learner) == ()
    attempt = learner.start()
    assert under_way(learner) == (OpenAttempt(attempt, "quiz", at(1), 1, 4),)
    learner.save(attempt, 1, RIGHT)
    learner.save(attempt, 3, RIGHT)
    assert [one.position for one in under_way(learner)] == [2]
    learner.save(attempt, 1, {}, erase=True)
    assert [one.position for one in under_way(learner)] == [1]
    learner.submit(attempt)
    learner.practise(attempt)
    assert under_way(learner) == ()


def test_it_is_the_question_that_going_on_leads_to(learner: Learner) -> None:
    """One rule, read from two places."""
    attempt = learner.start()
    for position in (1, 2, 4):
        learner.save(attempt, position, WRONG)
        with learner.database.read() as session:
            assert next_position(session, learner.person_id, attempt) == under_way(learner)[0].position


def test_a_quiz_waits_when_no_attempt_is_left_until_one_is_given(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, course_of(), learner_id), max_attempts=1)
    assert waits(learner) == {}
    attempt = learner.start()
    assert waits(learner) == {}
    learner.save(attempt, 1, WRONG)
    learner.submit(attempt)
    assert waits(learner) == {"quiz": AttemptWait(at(3), None)}
    request = ask(learner)
    assert waits(learner) == {"quiz": AttemptWait(at(3), at(50))}
    with database.write() as session:
        results.answer_request(session, request, granted=False, actor_id=trainer_id, reason="Relisez d’abord.", now=at(60))
    assert waits(learner) == {"quiz": AttemptWait(at(3), None)}
    with database.write() as session:
        results.grant_attempt(session, learner.course, learner_id, "quiz", actor_id=trainer_id, reason="Panne.", now=at(70))
    assert waits(learner) == {}
    again = learner.start()
    assert waits(learner) == {}
    learner.submit(again)
    assert list(waits(learner)) == ["quiz"]


def test_a_quiz_without_a_limit_never_waits(learner: Learner) -> None:
    for _ in range(3):
        learner.take(right=0)
    assert waits(learner) == {}


def test_a_failed_attempt_says_its_mark_and_a_passed_one_nothing(learner: Learner) -> None:
    assert failure(learner) is None
    outcome = learner.take(right=1)
    failed = failure(learner)
    assert failed
    assert (failed.attempt_id, failed.mark.fraction * 4, failed.policy.pass_mark) == (outcome.attempt_id, 1, learner.course.quizzes["quiz"].policy.pass_mark)
    assert failed.plan == ()  # no question of this quiz says where it is taught
    learner.take(right=4)
    assert failure(learner) is None


def test_as_many_selects_whatever_was_tried(learner: Learner) -> None:
    with_policy(learner, max_attempts=2)
    learner.take(right=0)
    learner.start()
    for ask_for, most in ((lambda session: open_attempts(session, learner.person_id), 2), (lambda session: waits_of(session, learner), 1)):
        with learner.database.read() as session, counted_selects(session) as sent:
            ask_for(session)
        assert len(sent) == most, sent
