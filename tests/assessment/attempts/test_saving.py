"""Saving answers one by one, and correcting one at once."""

from __future__ import annotations

import pytest

from app.assessment import models
from app.assessment.attempts import services
from app.assessment.attempts.services import SaveOutcome
from app.assessment.kinds.responses import UnreadableAnswer
from app.content.values.quiz import CorrectionTime
from app.platform.errors import NotYours
from tests.assessment.learners import RIGHT, WRONG, Database, Learner, at, course_of, with_policy


def test_saves_are_appended_and_the_last_counts(learner: Learner) -> None:
    attempt = learner.start()
    assert learner.save(attempt, 1, WRONG).readable == "« Faux »"
    saved = learner.save(attempt, 1, RIGHT)
    assert (saved.readable, saved.complete, saved.saved_at) == ("« Vrai »", True, at(3))
    assert learner.rows(attempt) == [("q1", 1, "« Faux »"), ("q1", 2, "« Vrai »")]
    assert learner.submit(attempt).mark.raw == 1


def test_the_same_form_sent_again_has_no_effect_even_later(learner: Learner) -> None:
    attempt = learner.start()
    first = learner.save(attempt, 1, RIGHT, key="a")
    assert learner.save(attempt, 1, RIGHT, key="a") == first
    learner.save(attempt, 1, WRONG, key="b")
    assert learner.save(attempt, 1, RIGHT, key="a").readable == "« Faux »"
    assert len(learner.rows(attempt)) == 2
    learner.submit(attempt)
    assert learner.save(attempt, 1, WRONG, key="b").readable == "« Faux »"


def test_a_form_brought_back_with_its_old_key_and_another_answer_is_saved(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT, key="a")
    assert learner.save(attempt, 1, WRONG, key="a").readable == "« Faux »"


def test_one_key_serves_one_question_of_one_attempt(database: Database) -> None:
    first, second = (Learner(database, course_of(), one) for one in database.add_people(2))
    attempts = first.start(), second.start()
    for learner, attempt in zip((first, second), attempts, strict=True):
        learner.save(attempt, 1, RIGHT, key="same")
        learner.save(attempt, 2, RIGHT, key="same")
        assert len(learner.rows(attempt)) == 2


def test_the_same_answer_is_not_stored_twice(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    learner.save(attempt, 1, RIGHT)
    assert len(learner.rows(attempt)) == 1


def test_a_blank_form_never_takes_an_answer_away_unasked(learner: Learner) -> None:
    attempt = learner.start()
    assert learner.save(attempt, 1, {}) == SaveOutcome(None, "", complete=False)
    assert learner.save(attempt, 1, {}, erase=True) == SaveOutcome(None, "", complete=False)
    learner.save(attempt, 1, RIGHT)
    kept = learner.save(attempt, 1, {})
    assert (kept.kept_former, kept.readable) == (True, "« Vrai »")
    erased = learner.save(attempt, 1, {}, erase=True)
    assert (erased.kept_former, erased.readable, erased.complete) == (False, "", False)
    assert [readable for _, _, readable in learner.rows(attempt)] == ["« Vrai »", ""]
    assert learner.submit(attempt).mark.raw == 0


def test_a_closed_attempt_takes_no_answer(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    outcome = learner.submit(attempt)
    with pytest.raises(models.AttemptClosed):
        learner.save(attempt, 2, RIGHT)
    with pytest.raises(models.AttemptClosed):
        learner.save(attempt, 1, WRONG)
    assert learner.submit(attempt) == outcome


@pytest.mark.parametrize("position", [0, -1, 5, 99])
def test_a_place_that_the_attempt_has_not(learner: Learner, position: int) -> None:
    attempt = learner.start()
    with pytest.raises(NotYours):
        learner.save(attempt, position, RIGHT)


def test_a_form_without_a_key_or_of_another_page_is_refused(learner: Learner) -> None:
    attempt = learner.start()
    with pytest.raises(UnreadableAnswer):
        learner.save(attempt, 1, {"choix": ["c7"]})
    with pytest.raises(UnreadableAnswer), learner.database.write() as session:
        services.save_answer(session, learner.person_id, attempt, 1, RIGHT, key="", now=at(1))


def test_another_persons_attempt_does_not_exist(database: Database) -> None:
    mine, other = (Learner(database, course_of(), one) for one in database.add_people(2))
    attempt = mine.start()
    mine.save(attempt, 1, RIGHT)
    for verb in (
        lambda: other.save(attempt, 1, WRONG),
        lambda: other.submit(attempt),
        lambda: other.correct(attempt, 1),
        lambda: other.practise(attempt),
    ):
        with pytest.raises(NotYours):
            verb()
    assert mine.submit(attempt).mark.raw == 1


def test_a_corrected_answer_is_locked(learner: Learner) -> None:
    with_policy(learner, correction=CorrectionTime.AFTER_EACH)
    attempt = learner.start()
    with pytest.raises(models.NothingToCorrect):
        learner.correct(attempt, 1)
    learner.save(attempt, 1, WRONG, key="draft")
    learner.save(attempt, 1, RIGHT, key="sure")
    learner.correct(attempt, 1)
    learner.correct(attempt, 1)
    with pytest.raises(models.QuestionLocked):
        learner.save(attempt, 1, WRONG)
    assert learner.save(attempt, 1, RIGHT, key="sure").readable == "« Vrai »"
    learner.save(attempt, 2, RIGHT)
    assert learner.submit(attempt).mark.raw == 2
    learner.correct(attempt, 1)
    with pytest.raises(models.AttemptClosed):
        learner.correct(attempt, 3)


def test_an_erased_answer_cannot_be_corrected(learner: Learner) -> None:
    with_policy(learner, correction=CorrectionTime.AFTER_EACH)
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    learner.save(attempt, 1, {}, erase=True)
    with pytest.raises(models.NothingToCorrect):
        learner.correct(attempt, 1)


@pytest.mark.parametrize("time", [CorrectionTime.AFTER_SUBMIT, CorrectionTime.AFTER_LAST, CorrectionTime.NEVER])
def test_elsewhere_no_answer_is_corrected_before_the_end(learner: Learner, time: CorrectionTime) -> None:
    with_policy(learner, correction=time)
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    with pytest.raises(models.CorrectedAtTheEnd):
        learner.correct(attempt, 1)
