"""Situations, small groups under attack, weeks, whom to call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from app.learning.progress.rules import Progress
from app.reporting.scope.rules import SMALL, Candidate, Situation, hidden_groups, mean_percentage, percentage, situation, to_call

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_situations() -> None:
    begun = Progress(2, 6)
    assert situation(begun, None, NOW) == Situation.NOT_STARTED
    assert situation(begun, NOW - timedelta(days=21), NOW) == Situation.STARTED
    assert situation(begun, NOW - timedelta(days=21, seconds=1), NOW) == Situation.STUCK
    assert situation(Progress(6, 6), NOW - timedelta(days=400), NOW) == Situation.FINISHED
    assert situation(Progress(0, 0), None, NOW) == Situation.NOT_STARTED


def test_a_share_is_rounded_down() -> None:
    assert percentage(Progress(1999, 2000)) == Decimal("99.9")
    assert percentage(Progress(2, 3)) == Decimal("66.6")
    assert percentage(Progress(3, 3)) == 100


def test_no_average_below_five() -> None:
    assert mean_percentage({Progress(1, 2): 4}) is None
    assert mean_percentage({Progress(1, 2): 5}) == 50
    assert mean_percentage({Progress(1, 3): 3, Progress(1, 1): 2}) == Decimal("60.0")
    assert mean_percentage({}) is None


@given(st.lists(st.integers(0, 12), max_size=7))
def test_no_difference_of_what_is_shown_isolates_a_small_group(sizes: list[int]) -> None:
    """The attack: whoever knows the whole and the groups shown takes any of them away from it, and reads what is left."""
    groups = {str(place): size for place, size in enumerate(sizes)}
    if sum(sizes) < SMALL:
        return  # the page gives no average at all
    shown = [name for name in groups if name not in hidden_groups(groups) and groups[name]]
    assert all(groups[name] >= SMALL for name in shown)
    for count in range(len(shown) + 1):
        for taken in combinations(shown, count):
            left = sum(sizes) - sum(groups[name] for name in taken)
            assert left == 0 or left >= SMALL, (groups, taken)


def test_a_group_alone_in_the_dark_gets_company() -> None:
    assert hidden_groups({"Nord": 12, "Aisne": 7, "Oise": 2}) == {"Oise", "Aisne"}
    assert hidden_groups({"Nord": 12, "Aisne": 7}) == frozenset()
    assert hidden_groups({"Nord": 12, "Aisne": 3, "Oise": 2}) == {"Aisne", "Oise"}


def candidate(number: int, stage: Situation = Situation.STUCK, days: int | None = 30, **changes: object) -> Candidate:
    settings: dict[str, object] = {"progress": Progress(2, 10), "since": NOW - timedelta(days=60), "asks": False, "failing": None} | changes
    last = None if days is None else NOW - timedelta(days=days)
    return Candidate(person_id=number, situation=stage, last_at=last, **settings)  # type: ignore[arg-type]


def test_whom_to_call_first() -> None:
    people = [
        candidate(1, Situation.NOT_STARTED, None),
        candidate(2),
        candidate(3, progress=Progress(9, 10)),
        candidate(4, failing="Quiz final"),
        candidate(5, Situation.STARTED, 1, asks=True),
        candidate(6, Situation.FINISHED, 90, asks=True),
        candidate(7, Situation.STARTED, 2),
    ]
    calls = to_call(people, NOW)
    assert [call.person_id for call in calls] == [5, 4, 3, 2, 1]
    assert "1\u00a0élément à faire" in calls[2].reason
    assert "« Quiz final »" in calls[1].reason


def test_five_at_most_the_longest_silence_first() -> None:
    calls = to_call([candidate(number, days=22 + number) for number in range(9)], NOW)
    assert [call.person_id for call in calls] == [8, 7, 6, 5, 4]
