"""Two at once, accounts merged; and whatever is accepted, refused, taken back, revoked and edited: 0 ≤ p ≤ 100, p falls by no edit, attestations stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.content.store.queries import course
from app.identity.models import Person
from app.identity.rules import Role
from app.identity.services import merged
from app.learner.positioning import services
from app.learner.positioning import start_views as start
from app.learner.positioning.models import Arrival, Positioning, PositioningAnswer
from app.learner.positioning.rules import WaiverDecision
from app.platform.errors import DomainError
from app.record import ledger
from app.record import services as learning
from app.record.progress.models import Attestation, LearningEvent
from app.record.progress.rules import Progress
from tests.identity.builders import statements
from tests.learner.positioning.taking import all_tests, decide, found, revoke, take, waiting
from tests.record import courses
from tests.record.courses import SMALL
from tests.record.world import World


def test_two_starts_at_once_are_one_test(tested_either: World) -> None:
    world = tested_either

    def begin(number: int) -> int:
        return world.write(lambda session: services.begin(session, course(session), 1, "", seed=number, now=world.clock.now()).id)

    assert len(set(world.together(4, begin))) == 1
    assert (world.count(Positioning), world.count(PositioningAnswer)) == (1, 1)


def test_two_answers_at_once_to_one_question_are_one(tested_either: World) -> None:
    world = tested_either
    test = world.write(lambda session: services.begin(session, course(session), 1, "", seed=1, now=world.clock.now()).id)

    def answer(_number: int) -> bool:
        return world.write(lambda session: services.answer(session, course(session), 1, test, 1, None, now=world.clock.now())).counted

    assert sorted(world.together(4, answer)) == [False, False, False, True]
    row = waiting(world, test)
    assert row is not None
    assert row.position == 2
    assert world.count(PositioningAnswer) == 2


def test_a_waiver_accepted_twice_at_once_is_written_once(tested_either: World) -> None:
    world = tested_either
    results = take(world, 1)

    def accept(_number: int) -> None:
        world.write(lambda session: services.decide(session, course(session), 1, results["mod-un"], WaiverDecision.ACCEPTED, now=world.clock.now()))

    world.together(4, accept)
    assert world.count(LearningEvent, event="waived") == 3
    assert world.progress(1) == Progress(3, 6, 3)


def test_a_waiver_joins_its_module_once_not_once_an_element(tested: World) -> None:
    results = take(tested, 1)
    with statements(tested.app) as sent:
        decide(tested, 1, results["mod-un"], WaiverDecision.ACCEPTED)
    assert sum(sentence.startswith("SELECT enrolment.pins") for sentence in sent) == 1


def test_two_accounts_that_become_one(tested: World) -> None:
    results = take(tested, 1)
    decide(tested, 1, results["mod-un"], WaiverDecision.ACCEPTED)
    other = tested.person("Ali Benali")
    for person in (1, other):
        tested.write(lambda session, person=person: services.begin(session, course(session), person, "mod-deux", seed=1, now=tested.clock.pass_by(days=8)))
    tested.write(lambda session: merged.send(session, kept=other, gone=1))
    assert [(test.person_id, test.module_id, bool(test.ended_at)) for test in all_tests(tested)] == [
        (other, "", True),
        (1, "mod-deux", False),
        (other, "mod-deux", False),
    ]


@pytest.mark.parametrize(
    ("mine", "others", "kept"), [("", "Tenir une troïka.", "Tenir une troïka."), ("Lire un contrat.", "Tenir une troïka.", "Lire un contrat.")]
)
def test_what_one_account_wanted_is_not_lost_for_an_arrival_without_words(tested: World, mine: str, others: str, kept: str) -> None:
    other = tested.person("Ali Benali")
    for person, wish in ((other, mine), (1, others)):
        tested.write(lambda session, person=person, wish=wish: start.wish(session, person, wish, tested.clock.now()))
    tested.write(lambda session: merged.send(session, kept=other, gone=1))
    arrival = tested.read(lambda session: session.get_one(Arrival, other))
    assert (arrival.wish, arrival.said_at) == (kept, tested.clock.now())


EDITS: tuple[Callable[[World], None], ...] = (
    lambda world: world.publish(courses.module("mod-un", ["un-a", "un-b", "un-c"], history="politique-de-la-ville"), courses.lesson("un-c")),
    lambda world: world.publish(courses.module("mod-un", ["un-a"], history="politique-de-la-ville")),
    lambda world: world.publish(courses.module("mod-un", ["un-a", "un-b"], history="politique-de-la-ville")),
    lambda world: world.publish(courses.module("mod-un", ["un-b"]), courses.module("mod-deux", ["deux-a", "un-a"], quiz="deux-final")),
    lambda world: world.publish(courses.lesson("un-b", optional=True)),
    lambda world: world.publish(courses.rewritten(courses.lesson("un-b"))),
    lambda world: world.publish(courses.path(["mod-deux", "mod-un"], required=["mod-deux"])),
    lambda world: world.publish(courses.path(["mod-un", "mod-deux"])),
)


class Waivers(RuleBasedStateMachine):
    """One person's decisions, a trainer's, and edits of the course, in any order."""

    world: World
    trainer: int

    def __init__(self) -> None:
        super().__init__()
        self.world.clock.pass_by(days=8)
        self.person = self.world.person(f"Personne {self.world.count(Person)}")
        self.results = take(self.world, self.person, ("mod-un", "mod-deux"))
        self.attested: set[str] = set()

    @rule(module=st.sampled_from(["mod-un", "mod-deux"]), wanted=st.sampled_from([WaiverDecision.ACCEPTED, WaiverDecision.REFUSED, WaiverDecision.TAKEN_BACK]))
    def decides(self, module: str, wanted: WaiverDecision) -> None:
        self._try(lambda: decide(self.world, self.person, self.results[module], wanted), module)

    @rule(module=st.sampled_from(["mod-un", "mod-deux"]))
    def is_revoked(self, module: str) -> None:
        self._try(lambda: revoke(self.world, self.person, self.results[module], self.trainer), module)

    def _try(self, act: Callable[[], None], module: str) -> None:
        if module not in self.results:
            return
        before = found(self.world, self.results[module])
        try:
            act()
        except DomainError:
            assert found(self.world, self.results[module]) == before

    @rule(element=st.sampled_from(SMALL))
    def does(self, element: str) -> None:
        published = self.world.course()
        if published.module_of(element):
            self.world.finish(self.person, element)
            self.world.do(learning.attest, self.person)

    @rule(edit=st.sampled_from(EDITS))
    def edited(self, edit: Callable[[World], None]) -> None:
        before = self.world.progress(self.person)
        edit(self.world)
        after = self.world.progress(self.person)
        assert after.fraction >= before.fraction

    @invariant()
    def holds(self) -> None:
        mine = self.world.progress(self.person)
        assert 0 <= mine.waived <= mine.done <= mine.required
        held = {row for row in ("mod-un", "mod-deux", "acculturation") if self.world.count(Attestation, person_id=self.person, subject_id=row)}
        assert self.attested <= held
        self.attested = held

    def teardown(self) -> None:
        assert self.world.read(lambda session: ledger.find_differences(session, course(session))) == []


def test_any_order_of_decisions_and_edits(tested: World) -> None:
    trainer = tested.person("Théo Formateur", role=Role.TRAINER)
    machine = type("WaiversHere", (Waivers,), {"world": tested, "trainer": trainer})
    run_state_machine_as_test(machine, settings=settings(max_examples=12, stateful_step_count=12, deadline=None))
