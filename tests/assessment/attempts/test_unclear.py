"""An unclear answer is kept as a draft, and marked nowhere before it is cleared up."""

from __future__ import annotations

import pytest

from app.assessment import models
from app.assessment.attempts import queries, services
from app.assessment.kinds.responses import Fields
from app.assessment.models import Attempt, Response
from app.content.values.quiz import CorrectionTime, Policy
from tests import builders
from tests.assessment.learners import Database, Learner, at

AGE = builders.question(builders.number("25"), "age", "Jusqu’à quel âge ? (en années)")
STEPS = builders.question(builders.ordering("un", "deux", "trois"), "etapes")


def taking(database: Database, person: int, correction: CorrectionTime = CorrectionTime.AFTER_SUBMIT) -> Learner:
    return Learner(database, builders.course(builders.quiz(AGE, STEPS, policy=Policy(shuffle=False, correction=correction))), person)


def going_on(learner: Learner, attempt: int, position: int, form: Fields, erase: bool = False) -> str:
    """What whoever goes on from this answer is asked first."""
    with learner.database.write() as session:
        return services.save_answer(session, learner.person_id, attempt, position, form, key=f"next-{position}", now=at(30), erase=erase, going_on=True).unclear


def unclear(learner: Learner, attempt: int) -> dict[int, str]:
    with learner.database.read() as session:
        return dict(queries.recap(session, learner.person_id, attempt).unclear)


def test_a_draft_is_kept_as_it_was_typed_and_named_before_sending(database: Database, person: int) -> None:
    learner = taking(database, person)
    attempt = learner.start()
    assert learner.save(attempt, 1, {"texte": ["25 mois"]}).readable == "« 25 mois »"
    assert "mois" in going_on(learner, attempt, 1, {"texte": ["25 mois"]})
    learner.save(attempt, 2, {"rang-e1": ["1"], "rang-e2": ["1"], "rang-e3": ["2"]})
    assert list(unclear(learner, attempt)) == [1, 2]
    with pytest.raises(models.UnclearAttempt):
        learner.submit(attempt)
    with database.read() as session:
        kept = session.get_one(Attempt, attempt)
        assert (kept.submitted_at, kept.score_raw) == (None, None)
        assert [row.fraction for row in session.query(Response)] == [None, None]


def test_cleared_up_or_erased_it_is_sent(database: Database, person: int) -> None:
    learner = taking(database, person)
    attempt = learner.start()
    learner.save(attempt, 1, {"texte": ["25 mois"]})
    learner.save(attempt, 2, {"rang-e1": ["1"]})
    assert going_on(learner, attempt, 1, {"texte": ["25 ans"]}) == ""
    assert going_on(learner, attempt, 2, {}, erase=True) == ""
    assert unclear(learner, attempt) == {}
    assert learner.submit(attempt).mark.raw == 1


def test_after_each_question_only_the_correction_asks(database: Database, person: int) -> None:
    learner = taking(database, person, CorrectionTime.AFTER_EACH)
    attempt = learner.start()
    assert going_on(learner, attempt, 1, {"texte": ["3.500"]}) == ""
    with pytest.raises(models.UnclearAnswer, match="deux façons"):
        learner.correct(attempt, 1)
    learner.save(attempt, 1, {"texte": ["26 ans"]})
    learner.correct(attempt, 1)
    assert learner.submit(attempt).mark.raw == 0


def test_what_was_corrected_before_is_not_asked_again(database: Database, person: int) -> None:
    learner = taking(database, person, CorrectionTime.AFTER_EACH)
    attempt = learner.start()
    learner.save(attempt, 1, {"texte": ["25 mois"]})
    with database.write() as session:  # as an older version did
        session.query(Response).update({"fraction": 0})
    assert unclear(learner, attempt) == {}
    assert learner.submit(attempt).mark.raw == 0
