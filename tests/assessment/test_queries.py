"""What the pages receive, on the real renderer: nothing told too early, unanswered questions named, few SELECTs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.assessment import correction_queries, queries, refusals, services
from app.assessment.presenting import ShownChoices
from app.assessment.sheets import Status
from app.content.values import CorrectionTime, Course, GradingMethod, Policy, Source
from app.errors import NotYours
from tests import builders
from tests.assessment.conftest import Database, at
from tests.assessment.test_services import RIGHT, WRONG, YES_NO, Learner, ask, with_policy

SECRET = "secret-de-la-correction"


@pytest.fixture
def learner(database: Database, person: int) -> Learner:
    return with_policy(Learner(database, builders.course(builders.quiz(*YES_NO)), person))


def text_of(value: Any) -> str:
    """Everything that a page value holds, as one text."""
    if dataclasses.is_dataclass(value):
        return " ".join(text_of(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, tuple):
        return " ".join(text_of(part) for part in value)
    return str(value)


@contextmanager
def counted_selects(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", count)
    yield statements
    event.remove(session.get_bind(), "before_cursor_execute", count)


def view(learner: Learner, attempt: int, position: int) -> queries.AttemptView:
    with learner.database.read() as session:
        return queries.attempt_view(session, learner.course, learner.person_id, attempt, position)


def recap(learner: Learner, attempt: int) -> queries.Recap:
    with learner.database.read() as session:
        return queries.recap(session, learner.person_id, attempt)


def correction(learner: Learner, attempt: int) -> correction_queries.Correction:
    with learner.database.read() as session:
        return correction_queries.correction(session, learner.course, learner.person_id, attempt)


def front(learner: Learner) -> queries.QuizFront:
    with learner.database.read() as session:
        return queries.quiz_front(session, learner.course, learner.person_id, "quiz")


# --- Before ----------------------------------------------------------------------------------------------------------


def test_the_front_tells_the_rules_and_what_is_left(learner: Learner) -> None:
    with_policy(learner, max_attempts=2, draw=3)
    page = front(learner)
    assert page.policy[0] == "3\u00a0questions sur 4, tirées au sort à chaque tentative."
    assert page.policy[1].endswith("soit 2,1 sur 3.")
    assert page.credit == ("Vrai ou faux\u202f: tout ou rien.",)
    assert page.left == "Il vous reste 2\u00a0tentatives sur 2."
    assert (page.standing.may_start, page.standing.may_request, page.past) == (True, False, ())
    attempt = learner.start()
    page = front(learner)
    assert (page.standing.open_id, page.standing.may_start) == (attempt, False)
    assert page.left == "Une tentative est en cours\u202f; après elle, il en restera 1."


def test_the_front_after_the_last_attempt(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, builders.course(builders.quiz(*YES_NO)), learner_id), max_attempts=1, correction=CorrectionTime.AFTER_LAST)
    learner.take(right=1)
    page = front(learner)
    assert (page.standing.may_start, page.standing.may_request, page.standing.requested) == (False, True, False)
    assert [(row.attempt.number, row.attempt.mark.fraction, row.correction_shows) for row in page.past] == [(1, Fraction(1, 4), True)]
    request = ask(learner)
    assert front(learner).standing.requested
    with database.read() as session:
        assert [(one.request_id, one.person_id, one.quiz_id) for one in queries.open_requests(session)] == [(request, learner_id, "quiz")]
    with database.write() as session:
        services.answer_request(session, request, granted=True, actor_id=trainer_id, reason="Panne.", now=at(60))
    page = front(learner)
    assert (page.reasons, page.standing.left, page.past[0].correction_shows) == (("Panne.",), 1, False)
    with database.read() as session:
        assert queries.open_requests(session) == ()


def test_an_unknown_quiz_has_no_front(learner: Learner) -> None:
    learner.course = builders.course()
    with pytest.raises(NotYours):
        front(learner)


# --- Meanwhile -------------------------------------------------------------------------------------------------------


def secret_course(policy: Policy) -> Course:
    asked = builders.question(
        builders.choices(f"x Le préfet[^a] | {SECRET} feedback", "Le maire"),
        "signataire",
        "Qui signe ?",
        explanation=builders.fragment(f"{SECRET} explication[^b]"),
        hint=builders.fragment("Un indice."),
    )
    sources = (Source("a", "Note de la question", 1), Source("b", f"{SECRET} note", 2))
    return builders.course(builders.quiz(asked, builders.question(builders.number("1958"), "annee"), policy=policy, sources=sources))


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
    assert after.count(SECRET) == 3
    assert "1958" in after


def test_one_question_to_answer(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 2, RIGHT)
    page = view(learner, attempt, 2)
    assert page.heading == queries.Heading(attempt, "quiz", "Titre de quiz", 1, False, 4)
    assert (page.position, page.previous, page.next, page.answered, page.saved_at) == (2, 1, 3, 1, at(2))
    assert isinstance(page.question.answer, ShownChoices)
    assert [option.chosen for option in page.question.answer.options] == [True, False]
    assert [step.status for step in page.steps] == [Status.BLANK, Status.ANSWERED, Status.BLANK, Status.BLANK]
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
    assert [(step.position, step.title) for step in page.unanswered] == [(2, "Énoncé de q2")]
    assert [(step.position, step.title) for step in page.incomplete] == [(3, "Associez chaque acteur")]
    assert [step.status for step in page.listed] == [Status.ANSWERED, Status.BLANK, Status.PARTIAL]
    assert page.listed[0].readable == "«\u202fVrai\u202f»"
    assert page.answered == 2


def test_the_recap_leaves_out_what_is_locked(learner: Learner) -> None:
    with_policy(learner, correction=CorrectionTime.AFTER_EACH)
    attempt = learner.start()
    learner.save(attempt, 2, RIGHT)
    learner.correct(attempt, 2)
    page = recap(learner, attempt)
    assert [step.position for step in page.listed] == [1, 3, 4]
    assert [step.position for step in page.unanswered] == [1, 3, 4]


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


# --- After -----------------------------------------------------------------------------------------------------------


def test_open_and_closed_attempts_have_different_pages(learner: Learner) -> None:
    attempt = learner.start()
    with pytest.raises(refusals.AttemptOpen):
        correction(learner, attempt)
    learner.submit(attempt)
    with pytest.raises(refusals.AttemptClosed):
        view(learner, attempt, 1)
    with pytest.raises(refusals.AttemptClosed):
        recap(learner, attempt)


def test_a_correction(learner: Learner) -> None:
    with_policy(learner, max_attempts=3, method=GradingMethod.MEAN, pass_mark=Decimal("0.6"))
    learner.take(right=1)
    outcome = learner.take(right=3)
    page = correction(learner, outcome.attempt_id)
    assert (page.mark.raw, page.mark.maximum, page.attempt_passed) == (3, 4, True)
    assert (page.kept, page.passed, page.pass_mark) == (Fraction(1, 2), False, Decimal("0.6"))
    assert [question.earned for question in page.questions] == [1, 1, 1, 0]
    assert (page.missed, page.may_practise, page.left) == (1, True, "Il vous reste 1\u00a0tentative sur 3.")
    assert [step.readable for step in page.answers] == ["«\u202fVrai\u202f»"] * 3 + ["«\u202fFaux\u202f»"]


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
        assert (page.shows, bool(page.questions), page.missed > 0, page.may_practise) == (expected,) * 4
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
    assert correction(learner, outcome.attempt_id).passed


def test_practice_is_always_corrected(learner: Learner) -> None:
    practice = learner.practise(learner.take(right=1).attempt_id)
    learner.save(practice, 1, WRONG)
    learner.submit(practice)
    page = correction(learner, practice)
    assert (page.heading.practice, page.shows, page.missed, len(page.questions)) == (True, True, 3, 3)


def test_notes_of_questions_from_several_files_are_numbered_together(database: Database, person: int) -> None:
    other_question = builders.question(builders.true_false(True), "autre-q", explanation=builders.fragment("Voir[^a]."))
    other = builders.quiz(other_question, id="autre", sources=(Source("a", "Note du deuxième", 1),))
    mine_question = replace(YES_NO[0], explanation=builders.fragment("Voir[^a]."))
    mine = builders.quiz(mine_question, policy=Policy(shuffle=False), reuses=("autre-q",), sources=(Source("a", "Note du premier", 1),))
    learner = Learner(database, builders.course(mine, other), person)
    attempt = learner.start()
    learner.submit(attempt)
    page = correction(learner, attempt)
    assert 'href="#note-1"' in str(page.questions[0].explanation)
    assert 'href="#note-2"' in str(page.questions[1].explanation)
    assert page.notes.index("Note du premier") < page.notes.index("Note du deuxième")
    assert page.notes.count("<li") == 2


def test_pages_take_few_selects(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    for page, most in (
        (lambda session: queries.attempt_view(session, learner.course, learner.person_id, attempt, 1), 2),
        (lambda session: queries.recap(session, learner.person_id, attempt), 2),
        (lambda session: queries.quiz_front(session, learner.course, learner.person_id, "quiz"), 4),
    ):
        with learner.database.read() as session, counted_selects(session) as statements:
            page(session)
        assert len(statements) <= most, statements
    learner.submit(attempt)
    with learner.database.read() as session, counted_selects(session) as statements:
        correction_queries.correction(session, learner.course, learner.person_id, attempt)
    assert len(statements) <= 4, statements


def test_saving_takes_three_statements(learner: Learner) -> None:
    attempt = learner.start()
    with learner.database.write() as session, counted_selects(session) as statements:
        services.save_answer(session, learner.person_id, attempt, 1, RIGHT, key="k", now=at(5))
    assert [statement.split()[0] for statement in statements] == ["SELECT", "SELECT", "INSERT"]
