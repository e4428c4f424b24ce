"""An attempt from its start to its outcome: limits, saves, locks, practice, requests, and what happens twice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.assessment import presenting, refusals, services
from app.assessment.models import Attempt, AttemptRequest, ExtraAttempt, Response
from app.assessment.responses import UnreadableAnswer
from app.assessment.rules import Mark
from app.assessment.services import Outcome, Saved
from app.assessment.sheets import attempt_of, sheet_of
from app.assessment.standings import standing_of
from app.content.values import CorrectionTime, Course, GradingMethod, Policy, Quiz
from app.errors import DomainError, NotYours
from tests import builders
from tests.assessment.conftest import Database, at
from tests.assessment.rendering import PlainRenderer

YES_NO = tuple(builders.question(builders.true_false(True), f"q{n}") for n in range(1, 5))
RIGHT, WRONG = {"choix": ["c1"]}, {"choix": ["c2"]}


def course_of(policy: Policy | None = None, *others: Quiz, **parts: Any) -> Course:
    return builders.course(builders.quiz(*YES_NO, policy=policy or Policy(shuffle=False)), *others, **parts)


class Learner:
    """One person who takes the quiz « quiz », a request at a time."""

    def __init__(self, database: Database, course: Course, person_id: int) -> None:
        self.database, self.course, self.person_id = database, database.publish(course), person_id
        self.minute = 0

    def _next(self) -> int:
        self.minute += 1
        return self.minute

    def start(self, seed: int = 1) -> int:
        with self.database.write() as session:
            return services.start_attempt(session, self.course, self.person_id, "quiz", seed=seed, now=at(self._next())).id

    def save(self, attempt_id: int, position: int, fields: dict[str, list[str]], key: str = "", erase: bool = False) -> Saved:
        with self.database.write() as session:
            now = at(self._next())
            return services.save_answer(session, self.person_id, attempt_id, position, fields, key=key or f"key-{self.minute}", now=now, erase=erase)

    def correct(self, attempt_id: int, position: int) -> None:
        with self.database.write() as session:
            services.correct_answer(session, self.person_id, attempt_id, position)

    def submit(self, attempt_id: int) -> Outcome:
        with self.database.write() as session:
            return services.submit_attempt(session, self.course, self.person_id, attempt_id, now=at(self._next()))

    def practise(self, attempt_id: int) -> int:
        with self.database.write() as session:
            return services.start_practice(session, self.course, self.person_id, attempt_id, seed=9, now=at(self._next())).id

    def take(self, right: int) -> Outcome:
        """A whole attempt with `right` right answers out of four."""
        attempt = self.start()
        for position in range(1, 5):
            self.save(attempt, position, RIGHT if position <= right else WRONG)
        return self.submit(attempt)

    def rows(self, attempt_id: int) -> list[tuple[str, int, str]]:
        with self.database.read() as session:
            wanted = select(Response.question_id, Response.seq, Response.readable).where(Response.attempt_id == attempt_id)
            return [tuple(row) for row in session.execute(wanted.order_by(Response.id))]

    @property
    def left(self) -> int | None:
        with self.database.read() as session:
            return standing_of(session, self.course, self.person_id, "quiz").left


@pytest.fixture
def learner(database: Database, person: int) -> Learner:
    return Learner(database, course_of(), person)


def with_policy(learner: Learner, **settings: Any) -> Learner:
    learner.course = learner.database.publish(course_of(Policy(shuffle=False, **settings)))
    return learner


# --- The limit of attempts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("maximum", [1, 2, 3])
def test_as_many_attempts_as_said_and_no_more(learner: Learner, maximum: int) -> None:
    with_policy(learner, max_attempts=maximum)
    for number in range(1, maximum + 1):
        assert learner.left == maximum - number + 1
        outcome = learner.take(right=1)
        assert (outcome.number, outcome.tries_left) == (number, maximum - number)
    with pytest.raises(refusals.NoAttemptLeft):
        learner.start()


def test_a_running_attempt_does_not_count_against_itself(learner: Learner) -> None:
    with_policy(learner, max_attempts=1)
    attempt = learner.start()
    assert learner.left == 0
    assert learner.start(seed=2) == attempt
    learner.save(attempt, 1, RIGHT)
    assert learner.start(seed=3) == attempt
    assert learner.submit(attempt).tries_left == 0


def test_zero_attempts_is_as_many_as_one_likes(learner: Learner) -> None:
    assert [learner.take(right=0).tries_left for _ in range(4)] == [None] * 4


@pytest.mark.parametrize("maximum", [1, 2, 3])
@pytest.mark.parametrize(
    ("method", "kept"),
    [
        (GradingMethod.BEST, ["3/4", "3/4", "1"]),
        (GradingMethod.MEAN, ["3/4", "2/4", "2/3"]),
        (GradingMethod.FIRST, ["3/4", "3/4", "3/4"]),
        (GradingMethod.LAST, ["3/4", "1/4", "1"]),
    ],
)
def test_four_grading_methods_by_one_two_and_three_attempts(learner: Learner, method: GradingMethod, kept: list[str], maximum: int) -> None:
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
    with pytest.raises(refusals.EmptyQuiz):
        Learner(database, builders.course(builders.quiz()), person).start()


def test_somebody_unknown_starts_nothing(learner: Learner) -> None:
    learner.person_id = 12345
    with pytest.raises(NotYours):
        learner.start()


# --- What is pinned --------------------------------------------------------------------------------------------------


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
    with pytest.raises(refusals.QuestionGone):
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
        [presenting.present(e.pooled.question, e.layout, PlainRenderer(), e.given) for e in sheet.entries]
        for sheet in sheets
    ]  # fmt: skip
    assert pages[0] == pages[1]


# --- Saving ----------------------------------------------------------------------------------------------------------


def test_saves_are_appended_and_the_last_counts(learner: Learner) -> None:
    attempt = learner.start()
    assert learner.save(attempt, 1, WRONG).readable == "«\u202fFaux\u202f»"
    saved = learner.save(attempt, 1, RIGHT)
    assert (saved.readable, saved.complete, saved.saved_at) == ("«\u202fVrai\u202f»", True, at(3))
    assert learner.rows(attempt) == [("q1", 1, "«\u202fFaux\u202f»"), ("q1", 2, "«\u202fVrai\u202f»")]
    assert learner.submit(attempt).mark.raw == 1


def test_the_same_form_sent_again_has_no_effect_even_later(learner: Learner) -> None:
    attempt = learner.start()
    first = learner.save(attempt, 1, RIGHT, key="a")
    assert learner.save(attempt, 1, RIGHT, key="a") == first
    learner.save(attempt, 1, WRONG, key="b")
    assert learner.save(attempt, 1, RIGHT, key="a").readable == "«\u202fFaux\u202f»"
    assert len(learner.rows(attempt)) == 2
    learner.submit(attempt)
    assert learner.save(attempt, 1, WRONG, key="b").readable == "«\u202fFaux\u202f»"


def test_a_form_brought_back_with_its_old_key_and_another_answer_is_saved(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT, key="a")
    assert learner.save(attempt, 1, WRONG, key="a").readable == "«\u202fFaux\u202f»"


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
    assert learner.save(attempt, 1, {}) == Saved(None, "", complete=False)
    assert learner.save(attempt, 1, {}, erase=True) == Saved(None, "", complete=False)
    learner.save(attempt, 1, RIGHT)
    kept = learner.save(attempt, 1, {})
    assert (kept.kept_former, kept.readable) == (True, "«\u202fVrai\u202f»")
    erased = learner.save(attempt, 1, {}, erase=True)
    assert (erased.kept_former, erased.readable, erased.complete) == (False, "", False)
    assert [readable for _, _, readable in learner.rows(attempt)] == ["«\u202fVrai\u202f»", ""]
    assert learner.submit(attempt).mark.raw == 0


def test_a_closed_attempt_takes_no_answer(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    outcome = learner.submit(attempt)
    with pytest.raises(refusals.AttemptClosed):
        learner.save(attempt, 2, RIGHT)
    with pytest.raises(refusals.AttemptClosed):
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


# --- After each question ---------------------------------------------------------------------------------------------


def test_a_corrected_answer_is_locked(learner: Learner) -> None:
    with_policy(learner, correction=CorrectionTime.AFTER_EACH)
    attempt = learner.start()
    with pytest.raises(refusals.NothingToCorrect):
        learner.correct(attempt, 1)
    learner.save(attempt, 1, WRONG, key="draft")
    learner.save(attempt, 1, RIGHT, key="sure")
    learner.correct(attempt, 1)
    learner.correct(attempt, 1)
    with pytest.raises(refusals.QuestionLocked):
        learner.save(attempt, 1, WRONG)
    assert learner.save(attempt, 1, RIGHT, key="sure").readable == "«\u202fVrai\u202f»"
    learner.save(attempt, 2, RIGHT)
    assert learner.submit(attempt).mark.raw == 2
    learner.correct(attempt, 1)
    with pytest.raises(refusals.AttemptClosed):
        learner.correct(attempt, 3)


def test_an_erased_answer_cannot_be_corrected(learner: Learner) -> None:
    with_policy(learner, correction=CorrectionTime.AFTER_EACH)
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    learner.save(attempt, 1, {}, erase=True)
    with pytest.raises(refusals.NothingToCorrect):
        learner.correct(attempt, 1)


@pytest.mark.parametrize("time", [CorrectionTime.AFTER_SUBMIT, CorrectionTime.AFTER_LAST, CorrectionTime.NEVER])
def test_elsewhere_no_answer_is_corrected_before_the_end(learner: Learner, time: CorrectionTime) -> None:
    with_policy(learner, correction=time)
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    with pytest.raises(refusals.CorrectedAtTheEnd):
        learner.correct(attempt, 1)


# --- Submitting ------------------------------------------------------------------------------------------------------


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


# --- Practice --------------------------------------------------------------------------------------------------------


def test_practice_takes_what_was_missed_and_changes_no_record(learner: Learner) -> None:
    with_policy(learner, max_attempts=2)
    outcome = learner.take(right=2)
    practice = learner.practise(outcome.attempt_id)
    assert learner.practise(outcome.attempt_id) == practice
    assert learner.left == 1
    with learner.database.read() as session:
        sheet = sheet_of(session, attempt_of(session, learner.person_id, practice))
        before = standing_of(session, learner.course, learner.person_id, "quiz")
    assert [entry.pooled.question.id for entry in sheet.entries] == ["q3", "q4"]
    learner.save(practice, 1, RIGHT)
    done = learner.submit(practice)
    assert (done.practice, done.mark.raw, done.tries_left, done.passed) == (True, 1, None, False)
    with learner.database.read() as session:
        assert standing_of(session, learner.course, learner.person_id, "quiz") == before
    again = learner.practise(practice)
    with learner.database.read() as session:
        assert [one["id"] for one in attempt_of(session, learner.person_id, again).questions] == ["q4"]
    assert learner.take(right=4).number == 2


def test_nothing_missed_is_nothing_to_practise(learner: Learner) -> None:
    with pytest.raises(refusals.NothingMissed):
        learner.practise(learner.take(right=4).attempt_id)
    with pytest.raises(refusals.AttemptOpen):
        learner.practise(learner.start())


@pytest.mark.parametrize("time", [CorrectionTime.NEVER, CorrectionTime.AFTER_LAST])
def test_practice_does_not_tell_what_the_correction_hides(learner: Learner, time: CorrectionTime) -> None:
    with_policy(learner, correction=time, max_attempts=2)
    with pytest.raises(refusals.NothingMissed):
        learner.practise(learner.take(right=1).attempt_id)


# --- One more attempt ------------------------------------------------------------------------------------------------


def ask(learner: Learner, message: str = "") -> int:
    with learner.database.write() as session:
        return services.request_attempt(session, learner.course, learner.person_id, "quiz", message=message, now=at(50)).id


def test_a_request_is_granted_once(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, course_of(), learner_id), max_attempts=1)
    with pytest.raises(refusals.RequestNotNeeded):
        ask(learner)
    learner.take(right=1)
    request = ask(learner, "  J’ai relu\nla leçon. ")
    assert ask(learner) == request
    for _ in range(2):
        with database.write() as session:
            answered = services.answer_request(session, request, granted=True, actor_id=trainer_id, reason="Leçon relue.", now=at(60))
            assert (answered.granted, answered.message) == (True, "J’ai relu la leçon.")
    assert learner.left == 1
    with database.read() as session:
        extra = session.scalars(select(ExtraAttempt)).one()
        assert (extra.person_id, extra.actor_id, extra.reason) == (learner_id, trainer_id, "Leçon relue.")
    assert learner.take(right=4).passed
    with pytest.raises(refusals.RequestNotNeeded):
        ask(learner)


def test_a_declined_request_gives_nothing_and_another_may_follow(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, course_of(), learner_id), max_attempts=1)
    learner.take(right=1)
    first = ask(learner)
    with database.write() as session:
        services.answer_request(session, first, granted=False, actor_id=trainer_id, reason="Relisez d’abord.", now=at(60))
    assert learner.left == 0
    assert ask(learner) != first


def test_a_trainer_gives_one_unasked_and_a_second_click_gives_no_second(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, course_of(), learner_id), max_attempts=1)
    learner.take(right=1)
    ask(learner)

    def grant(session: Session, reason: str = "Panne.") -> ExtraAttempt:
        return services.grant_attempt(session, learner.course, learner_id, "quiz", actor_id=trainer_id, reason=reason, now=at(60))

    with pytest.raises(refusals.ReasonMissing), database.write() as session:
        grant(session, "  ")
    with database.write() as session:
        grant(session)
    with pytest.raises(refusals.RequestNotNeeded), database.write() as session:
        grant(session)
    assert learner.left == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AttemptRequest).where(AttemptRequest.answered_at.is_(None))) == 0


def test_an_unknown_request_or_a_missing_reason_is_refused(database: Database, person: int) -> None:
    with pytest.raises(NotYours), database.write() as session:
        services.answer_request(session, 99, granted=True, actor_id=person, reason="x", now=at(1))
    with pytest.raises(refusals.ReasonMissing), database.write() as session:
        services.answer_request(session, 99, granted=True, actor_id=person, reason="", now=at(1))


def test_every_refusal_has_a_sentence() -> None:
    named = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, DomainError) and kind is not DomainError]
    assert len({kind.sentence for kind in named}) == len(named) >= 10
    assert all(kind.sentence.endswith(".") and " :" not in kind.sentence for kind in named)


# --- At the same moment ----------------------------------------------------------------------------------------------


def test_twenty_identical_posts_save_one_answer(learner: Learner) -> None:
    attempt = learner.start()
    results = learner.database.together(20, lambda session, _: services.save_answer(session, learner.person_id, attempt, 1, RIGHT, key="same", now=at(10)))
    assert results == [Saved(at(10), "«\u202fVrai\u202f»", complete=True)] * 20
    assert len(learner.rows(attempt)) == 1


def test_twenty_different_posts_are_all_kept_in_one_order(learner: Learner) -> None:
    attempt = learner.start()
    results = learner.database.together(
        20,
        lambda session, number: services.save_answer(
            session, learner.person_id, attempt, number % 4 + 1, RIGHT if number % 8 < 4 else WRONG, key=f"k{number}", now=at(number)
        ),
    )
    assert all(isinstance(result, Saved) for result in results)
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
    assert all(isinstance(result, refusals.NoAttemptLeft) for result in refused)
    with learner.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_submits_at_one_moment_give_one_outcome(learner: Learner) -> None:
    attempt = learner.start()
    learner.save(attempt, 1, RIGHT)
    outcomes = learner.database.together(
        12, lambda session, number: services.submit_attempt(session, learner.course, learner.person_id, attempt, now=at(number))
    )
    assert outcomes == [outcomes[0]] * 12
    assert isinstance(outcomes[0], Outcome)
    assert outcomes[0].mark.raw == 1


def test_a_save_that_races_a_submit_is_either_graded_or_refused(learner: Learner) -> None:
    attempt = learner.start()

    def race(session: Session, number: int) -> Outcome | Saved:
        if number == 0:
            return services.submit_attempt(session, learner.course, learner.person_id, attempt, now=at(9))
        return services.save_answer(session, learner.person_id, attempt, number, RIGHT, key=f"k{number}", now=at(8))

    results = learner.database.together(5, race)
    outcome, saves = results[0], results[1:]
    assert isinstance(outcome, Outcome)
    assert all(isinstance(result, Saved | refusals.AttemptClosed) for result in saves)
    assert outcome.mark.raw == sum(isinstance(result, Saved) for result in saves)


def test_requests_and_answers_at_one_moment_give_one_attempt(database: Database) -> None:
    learner_id, trainer_id = database.add_people(2)
    learner = with_policy(Learner(database, course_of(), learner_id), max_attempts=1)
    learner.take(right=1)
    asked = database.together(6, lambda session, _: services.request_attempt(session, learner.course, learner_id, "quiz", message="", now=at(5)).id)
    assert len(set(asked)) == 1
    request = asked[0]
    assert isinstance(request, int)
    answered = database.together(
        6, lambda session, n: services.answer_request(session, request, granted=True, actor_id=trainer_id, reason=f"raison {n}", now=at(6)).reason
    )
    assert len(set(answered)) == 1
    assert learner.left == 1
