"""One more attempt: asked for, given once, or declined."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assessment import models
from app.assessment.attempts import results
from app.assessment.attempts.results import MAX_MESSAGE
from app.assessment.models import AttemptRequest, ExtraAttempt
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from tests.assessment.learners import Database, Learner, ask, at, course_of, with_policy


def test_a_request_is_granted_once(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, course_of(), learner_id), max_attempts=1)
    with pytest.raises(models.RequestNotNeeded):
        ask(learner)
    learner.take(right=1)
    request = ask(learner, "  J’ai relu\nla leçon. ")
    assert ask(learner) == request
    for _ in range(2):
        with database.write() as session:
            answered = results.answer_request(session, request, granted=True, actor_id=trainer_id, reason="Leçon relue.", now=at(60))
            assert (answered.granted, answered.message) == (True, "J’ai relu la leçon.")
    assert learner.left == 1
    with database.read() as session:
        extra = session.scalars(select(ExtraAttempt)).one()
        assert (extra.person_id, extra.actor_id, extra.reason) == (learner_id, trainer_id, "Leçon relue.")
    assert learner.take(right=4).passed
    with pytest.raises(models.RequestNotNeeded):
        ask(learner)


def test_a_declined_request_gives_nothing_and_another_may_follow(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, course_of(), learner_id), max_attempts=1)
    learner.take(right=1)
    first = ask(learner)
    with database.write() as session:
        results.answer_request(session, first, granted=False, actor_id=trainer_id, reason="Relisez d’abord.", now=at(60))
    assert learner.left == 0
    assert ask(learner) != first


def test_a_trainer_gives_one_unasked_and_a_second_click_gives_no_second(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, course_of(), learner_id), max_attempts=1)
    learner.take(right=1)
    ask(learner)

    def grant(session: Session, reason: str = "Panne.") -> ExtraAttempt:
        return results.grant_attempt(session, learner.course, learner_id, "quiz", actor_id=trainer_id, reason=reason, now=at(60))

    with pytest.raises(models.ReasonMissing), database.write() as session:
        grant(session, "  ")
    with database.write() as session:
        grant(session)
    with pytest.raises(models.RequestNotNeeded), database.write() as session:
        grant(session)
    assert learner.left == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AttemptRequest).where(AttemptRequest.answered_at.is_(None))) == 0


def test_an_unknown_request_or_a_missing_reason_is_refused(database: Database, person: int) -> None:
    with pytest.raises(NotYours), database.write() as session:
        results.answer_request(session, 99, granted=True, actor_id=person, reason="x", now=at(1))
    with pytest.raises(models.ReasonMissing), database.write() as session:
        results.answer_request(session, 99, granted=True, actor_id=person, reason="", now=at(1))


def test_what_is_written_with_a_request_or_its_answer_is_kept_whole_or_refused(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, course_of(), learner_id), max_attempts=1)
    learner.take(right=1)
    with pytest.raises(TooManyCharacters, match="1\u202f000 caractères"):
        ask(learner, "a" * (MAX_MESSAGE + 1))
    request = ask(learner, "a" * MAX_MESSAGE)
    with pytest.raises(TooManyCharacters), database.write() as session:
        results.answer_request(session, request, granted=True, actor_id=trainer_id, reason="b" * (MAX_MESSAGE + 1), now=at(60))
    with database.write() as session:
        answered = results.answer_request(session, request, granted=True, actor_id=trainer_id, reason="b" * MAX_MESSAGE, now=at(60))
        assert (len(answered.message), len(answered.reason)) == (MAX_MESSAGE, MAX_MESSAGE)


def test_every_refusal_has_a_sentence() -> None:
    named = [kind for kind in vars(models).values() if isinstance(kind, type) and issubclass(kind, DomainError) and kind is not DomainError]
    assert len({kind.sentence for kind in named}) == len(named) >= 10
    assert all(kind.sentence.endswith(".") for kind in named)
