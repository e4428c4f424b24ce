"""Shares, small groups under attack, where people are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.record.progress.rules import Progress
from app.reporting.scope_rules import SMALL, STUCK_AFTER, PathSituation, hidden_groups, mean_percentage, percentage, situation_of


def test_a_share_is_rounded_down() -> None:
    assert percentage(Progress(1999, 2000)) == Decimal("99.9")
    assert percentage(Progress(2, 3)) == Decimal("66.6")
    assert percentage(Progress(3, 3)) == 100


def test_no_average_below_five() -> None:
    assert mean_percentage({Progress(1, 2): 4}) is None
    assert mean_percentage({Progress(1, 2): 5}) == 50
    assert mean_percentage({Progress(1, 3): 3, Progress(1, 1): 2}) == Decimal("60.0")
    assert mean_percentage({}) is None


@given(st.dictionaries(st.builds(Progress, done=st.integers(0, 3), required=st.sampled_from([0, 3, 4, 7])), st.integers(0, 9), min_size=1))
def test_a_mean_is_exact(people: dict[Progress, int]) -> None:
    total = sum(people.values())
    shares = sum(one.fraction * count for one, count in people.items())
    assert mean_percentage(people) == (Decimal(floor(shares / total * 1000)) / 10 if total >= SMALL else None)


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


def test_nobody_is_hidden_for_a_group_of_none() -> None:
    assert hidden_groups({"Nord": 12, "Aisne": 7, "Oise": 0}) == frozenset()


@pytest.mark.parametrize(
    ("done", "silence", "situation"),
    [
        (0, None, PathSituation.NOT_STARTED),
        (1, timedelta(), PathSituation.STARTED),
        (1, STUCK_AFTER, PathSituation.STARTED),
        (1, STUCK_AFTER + timedelta(seconds=1), PathSituation.STUCK),
        (3, STUCK_AFTER * 2, PathSituation.FINISHED),
    ],
)
def test_where_somebody_is_on_their_path(done: int, silence: timedelta | None, situation: PathSituation) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert situation_of(Progress(done, 3), None if silence is None else now - silence, now) is situation
