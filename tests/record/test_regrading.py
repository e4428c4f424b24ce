"""A key is corrected and a quiz marked again: marks only rise, nothing is rewritten, twice is once, all or nothing, on both databases."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.assessment.attempts import corrections
from app.assessment.attempts import services as start
from app.assessment.models import Attempt, RegradedAttempt, Regrading, Response
from app.assessment.regrading import NothingToRegrade
from app.content.store.queries import course
from app.identity.audit import AdministrativeAct
from app.record import services
from app.record.ledger import find_differences
from app.record.progress.models import Attestation, LearningEvent
from app.record.progress.rules import EventType, ProgressState
from app.record.services import DecisionWithoutReason
from tests.record import regrades
from tests.record.world import World


def test_whoever_was_right_gains_whoever_was_wrong_keeps_and_nothing_is_rewritten(either: World) -> None:
    world = either
    trainer = regrades.begin(world, seuil="70 %")
    right, wrong, both = (regrades.learner(world, name) for name in regrades.NAMES[:3])
    attempts = [regrades.answer(world, right, "A", "B"), regrades.answer(world, wrong, "A", "A"), regrades.answer(world, both, "B", "C")]
    for person in (right, wrong, both):
        world.finish(person, "la-lecon")
    world.publish(regrades.quiz("B", seuil="70 %"))
    before = regrades.rows(world, Attempt), regrades.rows(world, Response), {row[0]: row for row in regrades.rows(world, LearningEvent)}
    done = regrades.regrade(world, trainer)
    assert (done.raised, done.maintained, done.passing) == (1, 1, 1)
    assert [regrades.kept(world, person) for person in (right, wrong, both)] == [1, 1, 0]
    assert [world.state(person, "controle") for person in (right, wrong, both)] == [
        ProgressState.COMPLETE_PASS,
        ProgressState.COMPLETE_PASS,
        ProgressState.IN_PROGRESS,
    ]
    assert regrades.rows(world, Attempt) == before[0]
    assert regrades.rows(world, Response) == before[1]
    after = {row[0]: row for row in regrades.rows(world, LearningEvent)}
    assert {number: after[number] for number in before[2]} == before[2]
    assert world.events(right, "controle")[-1] == EventType.REGRADED_PASS
    assert world.events(wrong, "controle")[-1] == EventType.REGRADED
    assert EventType.REGRADED not in world.events(both, "controle")
    event = world.read(lambda session: session.scalars(select(LearningEvent).filter_by(person_id=right, event="regraded_pass")).one())
    assert (event.actor_id, event.reason, event.attempt_id, event.score_raw, event.score_max) == (trainer, regrades.REASON, attempts[0], "2", "2")
    assert world.read(lambda session: find_differences(session, course(session))) == []
    assert world.progress(right).done == 2
    assert world.count(Attestation, person_id=right) == 0, "offered, not given: the person asks for it"
    assert world.do(services.attest, right)
    assert world.count(AdministrativeAct, act="quiz_regraded", actor_id=trainer) == 1


def test_twice_is_once(either: World) -> None:
    world = either
    trainer = regrades.begin(world)
    people = [regrades.learner(world, name) for name in regrades.NAMES]
    for person, letter in zip(people, "ABCB", strict=True):
        regrades.answer(world, person, "A", letter)
    world.publish(regrades.quiz("B"))
    regrades.regrade(world, trainer)
    before = regrades.rows(world, RegradedAttempt), regrades.rows(world, LearningEvent), regrades.rows(world, Regrading)
    with pytest.raises(NothingToRegrade):
        regrades.regrade(world, trainer)
    assert (regrades.rows(world, RegradedAttempt), regrades.rows(world, LearningEvent), regrades.rows(world, Regrading)) == before


def test_five_at_once_are_one(either: World) -> None:
    world = either
    trainer = regrades.begin(world)
    for name in regrades.NAMES:
        regrades.answer(world, regrades.learner(world, name), "A", "B")
    world.publish(regrades.quiz("B"))

    def once(_number: int) -> bool:
        try:
            regrades.regrade(world, trainer)
        except NothingToRegrade:
            return False
        return True

    assert sum(world.together(5, once)) == 1
    assert world.count(Regrading) == 1
    assert world.count(RegradedAttempt) == 4
    assert world.count(LearningEvent, event="regraded_pass") == 4


def test_people_who_send_at_that_very_moment_lose_nothing(either: World) -> None:
    """Some attempts are sent while the marks are taken up again: found by it, or by the next one; every mark ends where it should."""
    world = either
    trainer = regrades.begin(world)
    people = [regrades.learner(world, name) for name in regrades.NAMES]
    for person in people[:2]:
        regrades.answer(world, person, "A", "B")
    for person in people[2:]:
        regrades.open_attempt(world, person, "A", "B")
    world.publish(regrades.quiz("B"))

    def one(number: int) -> None:
        if number < 2:
            regrades.send_attempt(world, people[2 + number])
        else:
            regrades.regrade(world, trainer)

    world.together(3, one)
    while world.read(lambda session: any(lot for lot in regrades.found(session))):
        regrades.regrade(world, trainer)
    assert [regrades.kept(world, person) for person in people] == [1, 1, 1, 1]
    assert {world.state(person, "controle") for person in people} == {ProgressState.COMPLETE_PASS}
    assert world.read(lambda session: find_differences(session, course(session))) == []


def test_a_reason_is_asked_for_and_a_failure_leaves_nothing(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = either
    trainer = regrades.begin(world)
    for name in regrades.NAMES:
        regrades.answer(world, regrades.learner(world, name), "A", "B")
    world.publish(regrades.quiz("B"))
    with pytest.raises(DecisionWithoutReason):
        regrades.regrade(world, trainer, "  ")
    monkeypatch.setattr("app.assessment.key_comparison.CHUNK", 1)
    noted = iter([None, None])
    monkeypatch.setattr(services, "_record", lambda *_: next(noted))  # stops at the third person
    with pytest.raises(StopIteration):
        regrades.regrade(world, trainer)
    assert (world.count(Regrading), world.count(RegradedAttempt), world.count(LearningEvent, event="regraded_pass")) == (0, 0, 0)


def test_a_question_whose_choices_changed_is_not_marked_again(either: World) -> None:
    world = either
    trainer = regrades.begin(world)
    person = regrades.learner(world, regrades.NAMES[0])
    regrades.answer(world, person, "A", "B")
    world.publish(regrades.quiz("D", options=("A", "B", "D")))
    found = world.read(lambda session: list(regrades.found(session)))
    assert found == [[]]
    with pytest.raises(NothingToRegrade):
        regrades.regrade(world, trainer)
    assert regrades.kept(world, person) == Fraction(1, 2)


def test_options_in_another_order_are_known_by_what_they_say(either: World) -> None:
    world = either
    trainer = regrades.begin(world)
    person = regrades.learner(world, regrades.NAMES[0])
    attempt = regrades.answer(world, person, "A", "B")
    world.publish(regrades.quiz("B", options=("C", "B", "A")))
    regrades.regrade(world, trainer)
    assert regrades.kept(world, person) == 1
    shown = world.read(lambda session: corrections.correction(session, course(session), person, attempt))
    assert [question.fraction for question in shown.questions] == [1, 1]
    assert [option.chosen for question in shown.questions if "Deux" in question.title for option in question.answer.options if option.correct] == [True]


def test_the_correction_shows_the_right_key_and_what_was_found_on_the_day(either: World) -> None:
    world = either
    trainer = regrades.begin(world)
    right, wrong, none = (regrades.learner(world, name) for name in regrades.NAMES[:3])
    attempts = {person: regrades.answer(world, person, "A", letter) for person, letter in ((right, "B"), (wrong, "A"), (none, ""))}
    world.publish(regrades.quiz("B"))
    regrades.regrade(world, trainer)

    def corrected(person: int) -> Any:
        return world.read(lambda session: corrections.correction(session, course(session), person, attempts[person]))

    mine, theirs, blank = corrected(right), corrected(wrong), corrected(none)
    assert (mine.attempt.mark.raw, mine.original.raw, [one.maintained for one in mine.regrades], mine.regrades[0].reason) == (2, 1, [False], regrades.REASON)
    assert (theirs.attempt.mark.raw, [one.maintained for one in theirs.regrades]) == (2, [True])
    assert (blank.attempt.mark.raw, blank.regrades) == (1, ())
    for page in (mine, theirs, blank):
        options = next(question for question in page.questions if "Deux" in question.title).answer.options
        assert [str(option.text) for option in options if option.correct] == ["<p>B</p>\n"]


def test_practice_of_what_was_missed_asks_by_the_corrected_key(world: World) -> None:
    trainer = regrades.begin(world)
    person = regrades.learner(world, regrades.NAMES[0])
    attempt = regrades.answer(world, person, "A", "C")
    world.publish(regrades.quiz("B"))
    regrades.regrade(world, trainer)
    practice = world.write(lambda session: start.start_practice(session, course(session), person, attempt, seed=1, now=world.clock.now()))
    assert [stored["fingerprint"] for stored in practice.questions] == [world.course().quizzes["controle"].questions[1].fingerprint]


def test_an_attempt_that_was_under_way_is_found_by_the_next_regrading(either: World) -> None:
    world = either
    trainer = regrades.begin(world)
    early, late = regrades.learner(world, regrades.NAMES[0]), regrades.learner(world, regrades.NAMES[1])
    regrades.answer(world, early, "A", "B")
    under_way = world.write(lambda session: start.start_attempt(session, course(session), late, "controle", seed=3, now=world.clock.now()).id)
    world.publish(regrades.quiz("B"))
    regrades.regrade(world, trainer)
    assert under_way
    regrades.answer(world, late, "A", "B")
    assert regrades.kept(world, late) == Fraction(1, 2)
    assert regrades.regrade(world, trainer).raised == 1
    assert (regrades.kept(world, early), regrades.kept(world, late)) == (1, 1)


def test_a_second_correction_of_the_key_takes_nothing_back(either: World) -> None:
    world = either
    trainer = regrades.begin(world)
    people = {letter: regrades.learner(world, name) for letter, name in zip("ABC", regrades.NAMES, strict=False)}
    for letter, person in people.items():
        regrades.answer(world, person, "A", letter)
    for key in "BCAB":
        world.publish(regrades.quiz(key))
        regrades.regrade(world, trainer)
    assert {letter: regrades.kept(world, person) for letter, person in people.items()} == {"A": 1, "B": 1, "C": 1}
    assert world.read(lambda session: find_differences(session, course(session))) == []


@pytest.mark.parametrize("method", ["meilleure", "moyenne", "première", "dernière"])
def test_the_mark_that_counts_decides_who_newly_passes(world: World, method: str) -> None:
    trainer = regrades.begin(world, note=method, seuil="70 %")
    person = regrades.learner(world, regrades.NAMES[0])
    for letter in "CB":
        regrades.answer(world, person, "A", letter)
    world.publish(regrades.quiz("B", note=method, seuil="70 %"))
    done = regrades.regrade(world, trainer)
    expected = {"meilleure": (1, 1), "moyenne": (Fraction(3, 4), 1), "première": (Fraction(1, 2), 0), "dernière": (1, 1)}[method]
    assert (regrades.kept(world, person), done.passing) == expected
    assert world.state(person, "controle").done is bool(expected[1])


LETTERS = st.sampled_from(["A", "B", "C", ""])
STORY = st.lists(
    st.one_of(st.tuples(st.just("take"), st.integers(0, 2), LETTERS, LETTERS), st.tuples(st.just("key"), LETTERS.filter(bool))), min_size=2, max_size=8
)


@given(story=STORY)
@settings(max_examples=10)
def test_no_mark_state_or_share_ever_falls(world: World, story: list[tuple[Any, ...]]) -> None:
    """Whatever people answered and however often the key changed, with a regrading after each change. Earlier stories stay in the database."""
    trainer = regrades.begin(world)
    people = [regrades.learner(world, f"{name} {next(regrades.NUMBERS)}") for name in regrades.NAMES[:3]]
    key = "A"
    for step in story:
        before = _standings(world, people)
        if step[0] == "take":
            regrades.answer(world, people[step[1]], step[2], step[3])
        elif step[1] != key:
            key = step[1]
            world.publish(regrades.quiz(key))
            try:
                regrades.regrade(world, trainer)
            except NothingToRegrade:
                assert not world.read(lambda session: [lot for lot in regrades.found(session) if lot])
        for then, now in zip(before, _standings(world, people), strict=True):
            assert all(earlier <= later for earlier, later in zip(then, now, strict=True))
    assert world.read(lambda session: find_differences(session, course(session))) == []


RANKS = {
    ProgressState.NOT_STARTED: 0,
    ProgressState.IN_PROGRESS: 1,
    ProgressState.COMPLETE_FAIL: 2,
    ProgressState.COMPLETE: 2,
    ProgressState.COMPLETE_PASS: 3,
    ProgressState.WAIVED: 3,
}


def _standings(world: World, people: list[int]) -> list[tuple[Any, ...]]:
    return [(regrades.kept(world, person) or 0, RANKS[world.state(person, "controle")], world.progress(person).fraction) for person in people]
