"""States, progress and news: tables of cases, then random histories against random edits."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.values.quiz import Policy
from app.content.values.text import CompletionCriterion
from app.record.progress import rules
from app.record.progress.rules import ElementNews, Event, EventType, Progress, ProgressState
from tests.record.progress.rules import LU, REMIS, REUSSI, START, at, done, event

CASES = [
    ("nothing", [], ProgressState.NOT_STARTED),
    ("opened", [event(EventType.VIEWED)], ProgressState.IN_PROGRESS),
    ("read", [event(EventType.VIEWED), event(EventType.READ, 1)], ProgressState.COMPLETE),
    ("failed, tries left, must pass", [event(EventType.FAILED, criterion=REUSSI, tries_left=1)], ProgressState.IN_PROGRESS),
    ("failed, no try left, must pass", [event(EventType.FAILED, criterion=REUSSI, tries_left=0)], ProgressState.IN_PROGRESS),
    ("submitted is enough", [event(EventType.SUBMITTED, criterion=REMIS), event(EventType.FAILED, criterion=REMIS, tries_left=2)], ProgressState.COMPLETE),
    ("submitted is enough, no limit", [event(EventType.FAILED, criterion=REMIS, tries_left=None)], ProgressState.COMPLETE),
    (
        "submitted, failed for good",
        [event(EventType.SUBMITTED, criterion=REMIS), event(EventType.FAILED, criterion=REMIS, tries_left=0)],
        ProgressState.COMPLETE_FAIL,
    ),
    ("submitted alone, must pass", [event(EventType.SUBMITTED, criterion=REUSSI)], ProgressState.IN_PROGRESS),
    ("passed", [event(EventType.SUBMITTED, criterion=REUSSI), event(EventType.PASSED, criterion=REUSSI)], ProgressState.COMPLETE_PASS),
    (
        "passed, then failed: the pass stays",
        [event(EventType.PASSED, criterion=REUSSI), event(EventType.FAILED, 1, REUSSI, tries_left=0)],
        ProgressState.COMPLETE_PASS,
    ),
    (
        "failed for good, then granted a try and passed",
        [event(EventType.FAILED, criterion=REMIS, tries_left=0), event(EventType.PASSED, 1, REMIS)],
        ProgressState.COMPLETE_PASS,
    ),
    ("read, where a quiz must be passed", [event(EventType.READ, criterion=REUSSI)], ProgressState.IN_PROGRESS),
    ("marked again, without anything else", [event(EventType.REGRADED, criterion=REUSSI)], ProgressState.NOT_STARTED),
    ("failed, then marked again: still begun", [event(EventType.FAILED, criterion=REUSSI), event(EventType.REGRADED, 1, REUSSI)], ProgressState.IN_PROGRESS),
    (
        "failed, then marked again and passed",
        [event(EventType.FAILED, criterion=REUSSI), event(EventType.REGRADED_PASS, 1, REUSSI)],
        ProgressState.COMPLETE_PASS,
    ),
    ("waived", [event(EventType.WAIVED, criterion=None)], ProgressState.WAIVED),
    (
        "waived, then revoked",
        [event(EventType.VIEWED), event(EventType.WAIVED, 1, None), event(EventType.OVERRIDE_REVOKED, 2, None)],
        ProgressState.IN_PROGRESS,
    ),
    ("completed by hand", [event(EventType.OVERRIDE_SET, criterion=None)], ProgressState.COMPLETE),
    ("by hand outranks what follows", [event(EventType.WAIVED, criterion=None), event(EventType.FAILED, 1, REUSSI, tries_left=0)], ProgressState.WAIVED),
    (
        "revoked by hand, earned meanwhile",
        [event(EventType.WAIVED, criterion=None), event(EventType.PASSED, 1, REUSSI), event(EventType.OVERRIDE_REVOKED, 2, None)],
        ProgressState.COMPLETE_PASS,
    ),
]


@pytest.mark.parametrize(("events", "state"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_state(events: list[Event], state: ProgressState) -> None:
    assert rules.element_progress("e", events).state == state


def test_every_state_is_reached_by_a_case() -> None:
    assert {case[2] for case in CASES} == set(ProgressState)


def test_the_date_of_completion_is_that_of_the_row_that_made_it_so() -> None:
    rows = [
        event(EventType.SUBMITTED, 1, REMIS, attempt_id=1),
        event(EventType.FAILED, 1, REMIS, tries_left=1, attempt_id=1),
        event(EventType.PASSED, 9, REMIS, attempt_id=2),
    ]
    assert rules.element_progress("e", rows).completed_at == at(1)


def test_a_completion_cites_the_content_it_was_earned_on() -> None:
    rows = [event(EventType.READ, 1, content_fingerprint="v1"), event(EventType.READ, 5, content_fingerprint="v2")]
    progress = rules.element_progress("e", rows)
    assert (progress.earned_on, progress.completed_at, progress.last_at) == ("v1", at(1), at(5))


def test_what_a_trainer_does_later_is_no_activity_of_the_person() -> None:
    """A waiver, its revocation and a corrected key change no first nor last day, and no number of attempts; the better mark counts."""
    rows = [
        event(EventType.WAIVED, 1, None),
        event(EventType.VIEWED, 2),
        event(EventType.FAILED, 3, REUSSI, attempt_id=1, score=Fraction(1, 2)),
        event(EventType.OVERRIDE_REVOKED, 4, None),
        event(EventType.REGRADED_PASS, 5, REUSSI, attempt_id=1, score=Fraction(3, 4)),
    ]
    progress = rules.element_progress("e", rows)
    assert (progress.first_at, progress.last_at, progress.attempts, progress.best) == (at(2), at(3), 1, Fraction(3, 4))
    assert (progress.completed_at, progress.manual) == (at(5), False)
    alone = rules.element_progress("e", [event(EventType.REGRADED, 1, REUSSI, attempt_id=1)])
    assert (alone.first_at, alone.last_at, alone.attempts, alone.best, alone.completed_at, alone.earned_on) == (None, None, 0, None, None, "")


def test_a_waiver_is_the_completion_and_what_was_earned_comes_back_with_its_revocation() -> None:
    rows = [event(EventType.READ, 1, content_fingerprint="v1"), event(EventType.WAIVED, 4, None, content_fingerprint="v2")]
    waived = rules.element_progress("e", rows)
    assert (waived.element_id, waived.manual, waived.completed_at, waived.earned_on) == ("e", True, at(4), "v2")
    revoked = rules.element_progress("e", [*rows, event(EventType.OVERRIDE_REVOKED, 6, None)])
    assert (revoked.manual, revoked.completed_at, revoked.earned_on) == (False, at(1), "v1")


def test_each_element_has_its_own_progress() -> None:
    rows = [Event("a", EventType.READ, at(1), LU), Event("b", EventType.VIEWED, at(2), LU), Event("a", EventType.READ, at(3), LU)]
    found = rules.project(rows)
    assert {element: (mine.element_id, mine.state, mine.last_at) for element, mine in found.items()} == {
        "a": ("a", ProgressState.COMPLETE, at(3)),
        "b": ("b", ProgressState.IN_PROGRESS, at(2)),
    }


def test_attempts_and_best_mark() -> None:
    rows = [
        event(EventType.SUBMITTED, 1, REUSSI, attempt_id=1),
        event(EventType.FAILED, 1, REUSSI, attempt_id=1, score=Fraction(1, 2), tries_left=2),
        event(EventType.SUBMITTED, 2, REUSSI, attempt_id=2),
        event(EventType.PASSED, 2, REUSSI, attempt_id=2, score=Fraction(3, 4)),
    ]
    progress = rules.element_progress("e", rows)
    assert (progress.attempts, progress.best) == (2, Fraction(3, 4))


@pytest.mark.parametrize(
    ("state", "attempts", "expected"), [(ProgressState.IN_PROGRESS, 1, True), (ProgressState.IN_PROGRESS, 0, False), (ProgressState.COMPLETE_FAIL, 1, False)]
)
def test_what_was_sent_and_is_not_done_is_to_retry(state: ProgressState, attempts: int, expected: bool) -> None:
    assert rules.ElementProgress("a", state, attempts=attempts).to_retry is expected


def pins(*ids: str, on: int = 0) -> dict[str, datetime]:
    return dict.fromkeys(ids, at(on))


@pytest.mark.parametrize(
    ("pinned", "since", "finished", "expected"),
    [
        (pins("a", "b"), pins("a", "b"), done("a"), Progress(1, 2)),
        (pins("a", "b"), pins("a"), done("a"), Progress(1, 1)),  # b withdrawn, not done: it leaves
        (pins("a", "b"), pins("b"), done("a"), Progress(1, 2)),  # a withdrawn, done: it stays
        (pins("a"), pins("a") | pins("c", on=3), done("a"), Progress(1, 1)),  # c added: news, outside
        (pins("a", "b"), pins("a") | pins("b", on=3), done("a"), Progress(1, 1)),  # b withdrawn and back: news
        (pins("a"), pins("a") | pins("c", on=3), done("a", "c"), Progress(1, 1)),  # done without being asked: nothing above 100 %
        ({}, pins("a"), done("a"), Progress(0, 0)),
    ],
)
def test_progress(pinned: dict[str, datetime], since: dict[str, datetime], finished: dict[str, rules.ElementProgress], expected: Progress) -> None:
    assert rules.progress_of(pinned, since, finished) == expected


def test_nothing_asked_is_complete_but_has_no_date() -> None:
    assert rules.progress_of({}, {}, {}).complete
    assert rules.completed_on({}, {}, {}) is None


def test_a_path_is_completed_on_the_date_of_its_last_needed_element() -> None:
    finished = done("a", on=2) | done("b", on=7) | done("x", on=30)
    assert rules.completed_on(pins("a", "b"), pins("a", "b"), finished) == at(7)
    assert rules.completed_on(pins("a", "b", "c"), pins("a", "b", "c"), finished) is None


def test_news_are_additions_and_changes_to_read_again() -> None:
    order, since = ("a", "b", "c", "d"), pins("a", "b") | pins("c", on=3)
    found = rules.news(order, pins("a", "b"), since, done("a", "b"), {"a": at(5), "b": at(0), "d": at(9)})
    assert found == (ElementNews("a", added=False), ElementNews("c", added=True))


def test_what_is_asked_already_or_done_already_is_no_news() -> None:
    """« c » came since and was done without being asked; « b » was asked from the beginning and is left to do."""
    since = pins("a", "b") | pins("c", on=3)
    assert rules.news(("a", "b", "c"), pins("a", "b"), since, done("a", "c"), {}) == ()


def test_a_changed_lesson_read_again_is_no_news_any_more() -> None:
    rows = [event(EventType.READ, 1, content_fingerprint="v1"), event(EventType.READ, 6, content_fingerprint="v2")]
    assert rules.news(("e",), pins("e"), pins("e"), rules.project(rows), {"e": at(5)}) == ()


@pytest.mark.parametrize(
    ("changed", "finished", "is_news"),
    [
        (at(2), 1, True),
        (at(1), 1, False),  # at the very moment when it was read: it is what was read
        (at(0), 1, False),
        (None, 1, False),  # never changed
    ],
)
def test_only_what_changed_after_it_was_read_is_to_read_again(changed: datetime | None, finished: int, is_news: bool) -> None:
    found = rules.news(("a",), pins("a"), pins("a"), done("a", on=finished), {"a": changed} if changed else {})
    assert found == ((ElementNews("a", added=False),) if is_news else ())


def test_a_change_is_measured_from_the_last_time_that_it_was_seen() -> None:
    """Completed on the first day, looked at again on the fifth: what changed on the third was seen since."""
    seen = {"a": rules.ElementProgress("a", ProgressState.COMPLETE, completed_at=at(1), last_at=at(5))}
    waived = {"a": rules.ElementProgress("a", ProgressState.WAIVED, completed_at=at(1), manual=True)}
    assert rules.news(("a",), pins("a"), pins("a"), seen, {"a": at(3)}) == ()
    assert rules.news(("a",), pins("a"), pins("a"), waived, {"a": at(3)}) == (ElementNews("a", added=False),)


def test_what_a_path_asks_for_keeps_its_date_and_what_comes_back_gets_a_new_one() -> None:
    assert rules.advance({"a": at(1), "b": at(1)}, ("a", "c"), at(5)) == {"a": at(1), "c": at(5)}
    assert rules.advance({"a": at(1), "c": at(5)}, ("a", "b"), at(9)) == {"a": at(1), "b": at(9)}


@pytest.mark.parametrize(("progress", "share", "complete"), [(Progress(0, 0), 1, True), (Progress(1, 4), Fraction(1, 4), False), (Progress(4, 4), 1, True)])
def test_a_share_is_exact_and_nothing_asked_is_all_of_it(progress: Progress, share: Fraction, complete: bool) -> None:
    assert (progress.fraction, progress.complete) == (share, complete)


@pytest.mark.parametrize(
    ("at_the_beginning", "at_the_end", "counts"), [(REMIS, REUSSI, REMIS), (REUSSI, REMIS, REMIS), (REUSSI, REUSSI, REUSSI), (REMIS, REMIS, REMIS)]
)
def test_of_two_criteria_during_an_attempt_the_easier_one_counts(
    at_the_beginning: CompletionCriterion, at_the_end: CompletionCriterion, counts: CompletionCriterion
) -> None:
    assert rules.kinder([at_the_beginning, at_the_end]) == counts


def test_rules_have_a_fingerprint_of_their_own() -> None:
    prints = {rules.rules_fingerprint(REUSSI, Policy()), rules.rules_fingerprint(REMIS, Policy()), rules.rules_fingerprint(REUSSI, Policy(max_attempts=3))}
    assert len(prints) == 3
    assert rules.rules_fingerprint(REUSSI) not in prints
    assert rules.rules_fingerprint(LU) == "f10ef523217944c6544ddc85d9ab4d0b7688112dcca507dee7590f32bd3aa070", (
        "stored with each row: a lesson's is what it always was"
    )


def test_a_content_version_is_short_and_says_the_same_of_the_same_elements_in_any_order() -> None:
    """Attestations cite it: it must be the same for the same contents tomorrow, and another as soon as one of them changes."""
    assert rules.version_fingerprint(["b1", "a1"]) == rules.version_fingerprint(["a1", "b1"]) == "ea193b9f7052"
    others = [["a1"], ["a1", "b2"], ["a", "1b1"], ["a1b1"], []]
    assert len({rules.version_fingerprint(one) for one in [["a1", "b1"], *others]}) == 6


# --- Random histories against random edits ---------------------------------------------------------------------------

ELEMENTS = [f"e{number}" for number in range(6)]
step = st.one_of(
    st.tuples(
        st.just("do"),
        st.sampled_from(ELEMENTS),
        st.sampled_from([EventType.VIEWED, EventType.READ, EventType.SUBMITTED, EventType.FAILED, EventType.PASSED, EventType.WAIVED]),
    ),
    st.tuples(st.just("edit"), st.lists(st.sampled_from([*ELEMENTS, "new1", "new2", "renamed"]), unique=True), st.sampled_from(list(CompletionCriterion))),
)


histories = given(first=st.lists(st.sampled_from(ELEMENTS), unique=True), steps=st.lists(step, max_size=14))


@pytest.mark.proof
@settings(max_examples=1_000)
@histories
def test_no_edit_ever_takes_anything_back(first: list[str], steps: list[tuple[str, object, object]]) -> None:
    takes_nothing_back(first, steps)


@pytest.mark.proof
@settings(max_examples=10_000)
@histories
def test_none_of_ten_thousand_histories_loses_anything_by_an_edit(first: list[str], steps: list[tuple[str, object, object]]) -> None:
    takes_nothing_back(first, steps)


def takes_nothing_back(first: list[str], steps: list[tuple[str, object, object]]) -> None:
    """Edits of every kind among a person's acts: nothing earned is lost, 0 ≤ p ≤ 1, and p never falls by one."""
    pinned = dict.fromkeys(first, START)
    since, criterion, rows = dict(pinned), REUSSI, []
    for number, (what, subject, detail) in enumerate(steps, start=1):
        before_states = rules.project(rows)
        before = rules.progress_of(pinned, since, before_states)
        if what == "edit":
            since, criterion = rules.advance(since, subject, at(number)), detail  # type: ignore[assignment, arg-type]
        else:
            rows.append(Event(str(subject), EventType(str(detail)), at(number), criterion, tries_left=0))
        states = rules.project(rows)
        after = rules.progress_of(pinned, since, states)
        assert 0 <= after.done <= after.required
        assert 0 <= after.fraction <= 1
        assert after.fraction >= before.fraction, "p fell"
        assert after.done >= before.done
        for element, mine in before_states.items():
            if mine.state.done:
                assert states[element].state.done
                assert states[element].completed_at == mine.completed_at or states[element].manual
        asked = set(rules.effective_pins(pinned, since, states))
        assert asked <= set(pinned)
        assert not asked & {item.element_id for item in rules.news(tuple(since), pinned, since, states, {}) if item.added}
