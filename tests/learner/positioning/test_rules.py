"""The chances by the reference's vectors, what is asked next, what is proposed; and properties over any answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.rules import Side
from app.learner.positioning import rules
from app.learner.positioning.rules import FLAT, ItemAnswer, ModuleVerdict, PositioningItem, Proposal, WaiverDecision
from tests.learner.positioning.rules import HISTORIES, POOL

CITY, LOCAL = "politique-de-la-ville", "politiques-educatives-locales"
MOMENT = datetime(2026, 11, 24, 8, tzinfo=UTC)


def after(*steps: tuple[int, bool], guess: float = 0.1) -> rules.Mastery:
    """From a flat prior, one module: (level, right) in order."""
    beliefs = {"m": FLAT}
    for level, right in steps:
        beliefs = rules.update_beliefs(beliefs, {"m": "politique-de-la-ville"}, ItemAnswer(PositioningItem("q", "m", level, guess), right))
    return beliefs["m"]


@pytest.mark.parametrize(
    ("steps", "known", "with_four_choices"),
    [
        (((2, True),), 0.9020, 0.7863),
        (((2, True), (3, True)), 0.9791, 0.8960),
        (((2, True), (2, True)), 0.9883, 0.9312),
        (((2, False),), 0.0816, 0.0964),
        (((2, True), (3, False)), 0.8336, 0.6706),
        (((2, True), (2, False)), 0.4499, 0.2819),
    ],
)
def test_the_vectors_of_the_reference(steps: tuple[tuple[int, bool], ...], known: float, with_four_choices: float) -> None:
    assert rules.chance_known(after(*steps)) == pytest.approx(known, abs=1e-4)
    assert rules.chance_known(after(*steps, guess=0.25)) == pytest.approx(with_four_choices, abs=1e-4)


def test_nobody_says_that_they_do_not_know_by_a_slip() -> None:
    beliefs = {"m": after((2, True))}
    for level, expected in ((3, (0.0893, 0.0893, 0.8214, 0)), (2, (0.5, 0.5, 0, 0)), (1, (1, 0, 0, 0))):
        beliefs = rules.update_beliefs(beliefs, {"m": "politique-de-la-ville"}, ItemAnswer(PositioningItem("q", "m", level, 0.1), right=False, unknown=True))
        assert beliefs["m"] == pytest.approx(expected, abs=1e-4)


def test_the_four_states_of_the_reference() -> None:
    assert after((2, True)) == pytest.approx((0.0490, 0.0490, 0.4510, 0.4510), abs=1e-4)
    assert after((2, True), (3, True)) == pytest.approx((0.0104, 0.0104, 0.0960, 0.8831), abs=1e-4)


def test_an_answer_says_a_little_of_the_other_module_of_its_history_and_nothing_of_others() -> None:
    beliefs = rules.beliefs_after(HISTORIES, None, [ItemAnswer(PositioningItem("q", "cites", 2, 0.05), True)])
    assert 0.5 < rules.chance_known(beliefs["work"]) < rules.chance_known(beliefs["cites"])
    assert beliefs["city"] == beliefs["local"] == FLAT


def test_what_somebody_is_supposed_to_know_comes_from_their_employer() -> None:
    known = {home: {module: rules.chance_known(rules.prior(home, history)) for module, history in HISTORIES.items()} for home in (CITY, LOCAL)}
    assert known[CITY]["city"] == known[LOCAL]["local"] == pytest.approx(0.65)
    assert known[CITY]["local"] == known[CITY]["work"] == pytest.approx(0.35)
    assert rules.prior(None, CITY) == FLAT


def taken(knows: dict[str, int], side: Side | None = None, seed: int = 1, pool: tuple[PositioningItem, ...] = POOL) -> list[ItemAnswer]:
    """The whole test of somebody who neither guesses nor slips."""
    answers: list[ItemAnswer] = []
    while item := rules.next_item(pool, rules.beliefs_after(HISTORIES, side, answers), answers, seed):
        answers.append(ItemAnswer(item, knows.get(item.module_id, 0) >= item.level))
    return answers


def proposals(knows: dict[str, int], side: Side | None = None) -> dict[str, Proposal]:
    answers = taken(knows, side)
    beliefs = rules.beliefs_after(HISTORIES, side, answers)
    return {module: rules.verdict(beliefs[module], module, answers).proposal for module in HISTORIES}


def test_two_newcomers_of_opposite_sides_get_opposite_paths() -> None:
    state, town = proposals({"city": 3}, Side.ETAT), proposals({"local": 3}, Side.COLLECTIVITE)
    assert (state["city"], state["local"]) == (Proposal.WAIVED, Proposal.NEEDED)
    assert (town["city"], town["local"]) == (Proposal.NEEDED, Proposal.WAIVED)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((3, 3, 1), "3 réponses justes sur 3, dont une difficile"),
        ((3, 3, 2), "3 réponses justes sur 3, dont 2 difficiles"),
        ((2, 1, 1), "1 réponse juste sur 2, difficile"),
        ((2, 1, 0), "1 réponse juste sur 2"),
        ((2, 0, 0), "aucune réponse juste sur 2"),
        ((0, 0, 0), "aucune question posée sur ce module"),
    ],
)
def test_the_reason_in_words(counts: tuple[int, int, int], words: str) -> None:
    assert rules.reason(*counts).replace("\u00a0", " ") == words


def test_a_waiver_asks_for_a_right_answer_of_its_own_at_level_two() -> None:
    sure = (0.01, 0.01, 0.49, 0.49)
    easy, middle = (ItemAnswer(PositioningItem("q", "m", level, 0.05), True) for level in (1, 2))
    assert rules.verdict(sure, "m", []).proposal is Proposal.ADVISED
    assert rules.verdict(sure, "m", [easy]).proposal is Proposal.ADVISED
    assert rules.verdict(sure, "m", [middle]) == ModuleVerdict(Proposal.WAIVED, pytest.approx(0.98), 1, 1, 0)
    assert rules.verdict((0.05, 0.06, 0.49, 0.40), "m", [middle]).proposal is Proposal.ADVISED
    assert rules.verdict((0.40, 0.21, 0.20, 0.19), "m", [middle]).proposal is Proposal.NEEDED


def test_a_question_of_an_earlier_test_comes_last_among_those_that_say_as_much() -> None:
    beliefs = rules.beliefs_after(HISTORIES, None, ())
    first = rules.next_item(POOL, beliefs, [], 5)
    assert first is not None
    assert rules.next_item(POOL, beliefs, [], 5, {first.id}) not in (first, None)
    alone = [item for item in POOL if item.id == first.id]
    assert rules.next_item(alone, beliefs, [], 5, {first.id}) == first


def test_seven_days_between_two_tests() -> None:
    assert rules.may_test(None, MOMENT)
    assert not rules.may_test(MOMENT, MOMENT + timedelta(days=6, hours=23))
    assert rules.may_test(MOMENT, MOMENT + timedelta(days=7))
    assert rules.again_on(MOMENT) == MOMENT + timedelta(days=7)
    assert rules.again_on(None) is None


def test_what_may_become_of_a_waiver() -> None:
    moves = {(one, other) for one in WaiverDecision for other in WaiverDecision if rules.may_become(one, other)}
    accepted, taken_back = WaiverDecision.ACCEPTED, WaiverDecision.TAKEN_BACK
    again = {(WaiverDecision.REFUSED, accepted), (taken_back, accepted)}
    assert (
        moves
        == {(WaiverDecision.OPEN, accepted), (WaiverDecision.OPEN, WaiverDecision.REFUSED), (accepted, taken_back), (accepted, WaiverDecision.REVOKED)} | again
    )


LEVELS_KNOWN = st.dictionaries(st.sampled_from(sorted(HISTORIES)), st.integers(0, 3))


@given(LEVELS_KNOWN, st.sampled_from([None, *Side]), st.integers(0, 2**31))
def test_a_test_ends_asks_nothing_twice_and_its_chances_are_chances(knows: dict[str, int], side: Side | None, seed: int) -> None:
    answers = taken(knows, side, seed)
    assert 0 < len(answers) <= rules.MOST_QUESTIONS
    assert len({answer.item.id for answer in answers}) == len(answers)
    beliefs = rules.beliefs_after(HISTORIES, side, answers)
    for module, mastery in beliefs.items():
        assert sum(mastery) == pytest.approx(1)
        assert all(0 <= chance <= 1 for chance in mastery)
        found = rules.verdict(mastery, module, answers)
        assert 0 <= found.hard <= found.right <= found.asked
        assert found.proposal is not Proposal.WAIVED or found.chance >= rules.WAIVABLE
    for asked, answer in enumerate(answers):
        reached = max((before.item.level for before in answers[:asked] if before.right), default=0)
        assert answer.item.level <= reached + 1, "levels rise with what was answered right"
    assert answers[0].item.level == 1


SAID = st.sampled_from([(True, False), (False, False), (False, True)])


@given(st.lists(st.tuples(st.sampled_from(POOL), SAID), max_size=12))
def test_a_right_answer_never_lowers_what_is_believed_known_nor_a_wrong_one_raises_it(steps: list[tuple[PositioningItem, tuple[bool, bool]]]) -> None:
    trail = [rules.beliefs_after(HISTORIES, None, [ItemAnswer(item, *said) for item, said in steps[:count]]) for count in range(len(steps) + 1)]
    for (before, later), (item, (right, _unknown)) in zip(pairwise(trail), steps, strict=True):
        change = rules.chance_known(later[item.module_id]) - rules.chance_known(before[item.module_id])
        assert change >= -1e-9 if right else change <= 1e-9
