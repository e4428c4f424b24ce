"""What the pages receive, on the real renderer: nothing told too early, unanswered questions named, few SELECTs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.assessment.attempts import queries, results, services
from app.assessment.attempts.sheet import AttemptHeading, QuestionStatus
from app.assessment.kinds.choices import ShownChoices
from app.content.values.quiz import CorrectionTime, Policy
from app.platform.errors import NotYours
from tests import builders
from tests.assessment.learners import RIGHT, YES_NO, Database, Learner, ask, at, with_policy
from tests.assessment.pages import SECRET, correction, counted_selects, front, recap, secret_course, text_of, view


def test_the_front_tells_the_rules_and_what_is_left(learner: Learner) -> None:
    with_policy(learner, max_attempts=2, draw=3)
    page = front(learner)
    assert page.policy[0] == "3\u00a0questions sur 4, tirées au sort à chaque tentative."
    assert page.policy[1] == "Pour réussir, il faut au moins 3\u00a0bonnes réponses sur 3 (70\u202f%)."
    assert page.credit == ("Vrai ou faux\u202f: tout ou rien.",)
    assert page.left == "Il vous reste 2\u00a0tentatives sur 2."
    assert (page.result.may_start, page.result.may_request, page.result.past) == (True, False, ())
    attempt = learner.start()
    page = front(learner)
    assert (page.result.open_id, page.result.may_start) == (attempt, False)
    assert page.left == "Une tentative est en cours\u202f; après elle, il en restera 1."


def test_the_front_after_the_last_attempt(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, builders.course(builders.quiz(*YES_NO)), learner_id), max_attempts=1, correction=CorrectionTime.AFTER_LAST)
    learner.take(right=1)
    page = front(learner)
    assert (page.result.may_start, page.result.may_request, page.result.requested) == (False, True, False)
    past = page.result.past[0]
    assert (past.number, past.mark.fraction, page.result.shows_correction(past.policy), page.practice_id) == (1, Fraction(1, 4), True, past.attempt_id)
    request = ask(learner)
    assert front(learner).result.requested
    with database.write() as session:
        results.answer_request(session, request, granted=True, actor_id=trainer_id, reason="Panne.", now=at(60))
    page = front(learner)
    assert (page.reasons, page.result.left, page.result.shows_correction(past.policy), page.practice_id) == (("Panne.",), 1, False, None)


def test_an_unknown_quiz_has_no_front(learner: Learner) -> None:
    learner.course = builders.course()
    with pytest.raises(NotYours):
        front(learner)


# --- Meanwhile -------------------------------------------------------------------------------------------------------


def test_nothing_of_the_correction_is_told_before_it(database: Database, person: int) -> None:
    learner = Learner(database, secret_course(Policy(shuffle=False)), person)
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    before = text_of(view(learner, attempt, 1)) + text_of(view(learner, attempt, 2)) + text_of(recap(learner, attempt)) + text_of(front(learner))
    assert SECRET not in before
    assert "1958" not in before
    assert "signataire" not in before
    assert "Note de la question" in before
    learner.submit(attempt)
    after = text_of(correction(learner, attempt))
    assert after.count(SECRET) == 4  # the note says it in its bubble and in the list
    assert "1958" in after


def test_one_question_to_answer(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 2, RIGHT)
    page = view(learner, attempt, 2)
    assert page.heading == AttemptHeading(attempt, "quiz", "Titre de quiz", 1, False, 4)
    assert (page.position, page.previous, page.next, page.answered, page.saved_at) == (2, 1, 3, True, at(2))
    assert isinstance(page.question.answer, ShownChoices)
    assert [option.chosen for option in page.question.answer.options] == [True, False]
    assert [step.status for step in page.steps] == [QuestionStatus.BLANK, QuestionStatus.ANSWERED, QuestionStatus.BLANK, QuestionStatus.BLANK]
    assert not view(learner, attempt, 1).answered
    assert (view(learner, attempt, 1).previous, view(learner, attempt, 4).next) == (None, None)
    with pytest.raises(NotYours):
        view(learner, attempt, 5)


def test_a_locked_question_comes_corrected(database: Database, person: int) -> None:
    learner = Learner(database, secret_course(Policy(shuffle=False, correction=CorrectionTime.AFTER_EACH)), person)
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    assert SECRET not in text_of(view(learner, attempt, 1))
    learner.correct(attempt, 1)
    page = view(learner, attempt, 1)
    assert page.correction is not None
    assert page.correction.earned == 1
    assert SECRET in page.notes
    other = view(learner, attempt, 2)
    assert (other.correction, SECRET in text_of(other)) == (None, False)


def test_the_recap_names_what_is_missing(database: Database, person: int) -> None:
    matching = builders.question(builders.matching("a => x", "b => y"), "paires", "Associez **chaque** acteur\n\nSuite")
    learner = Learner(database, builders.course(builders.quiz(*YES_NO[:2], matching, policy=Policy(shuffle=False))), person)
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    learner.save(attempt, 3, {"paire-p1": ["t1"]})
    page = recap(learner, attempt)
    assert [(step.position, step.title) for step in page.missing] == [(2, "Énoncé de q2"), (3, "Associez chaque acteur")]
    assert [step.status for step in page.steps] == [QuestionStatus.ANSWERED, QuestionStatus.BLANK, QuestionStatus.PARTIAL]
    assert page.steps[0].readable == "« Vrai »"
    assert [step.answered for step in page.steps] == [True, False, True]


def test_the_recap_leaves_out_what_is_locked(learner: Learner) -> None:
    with_policy(learner, correction=CorrectionTime.AFTER_EACH)
    attempt = learner.start()
    learner.save(attempt, 2, RIGHT)
    learner.correct(attempt, 2)
    page = recap(learner, attempt)
    assert [step.position for step in page.steps] == [1, 3, 4]
    assert [step.position for step in page.missing] == [1, 3, 4]


def test_resuming_leads_to_the_first_question_without_an_answer(learner: Learner) -> None:
    with_policy(learner, correction=CorrectionTime.AFTER_EACH)
    attempt = learner.start()

    def position() -> int:
        with learner.database.read() as session:
            return queries.next_position(session, learner.person_id, attempt)

    assert position() == 1
    learner.save(attempt, 1, RIGHT)
    learner.save(attempt, 2, RIGHT)
    assert position() == 3
    learner.save(attempt, 3, RIGHT)
    learner.save(attempt, 4, RIGHT)
    learner.correct(attempt, 1)
    assert position() == 2
    for place in (2, 3, 4):
        learner.correct(attempt, place)
    assert position() == 4


def test_a_refused_form_takes_the_place_of_what_is_saved(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    with learner.database.read() as session:
        page = queries.attempt_view(session, learner.course, learner.person_id, attempt, 1, typed={"choix": ["c2"]})
    assert isinstance(page.question.answer, ShownChoices)
    assert [option.chosen for option in page.question.answer.options] == [False, True]


def test_saving_takes_three_statements(learner: Learner) -> None:
    attempt = learner.start()
    with learner.database.write() as session, counted_selects(session) as statements:
        services.save_answer(session, learner.person_id, attempt, 1, RIGHT, key="k", now=at(5))
    assert [statement.split()[0] for statement in statements] == ["SELECT", "SELECT", "INSERT"]
