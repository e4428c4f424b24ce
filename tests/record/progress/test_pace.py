"""Pace, lateness and rounding: tables of cases, then what holds of every pace."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.record.progress.due import CATCH_UP_WEEKS, COMFORT, LEAST, Pace, about, days_late, pace

TODAY = date(2026, 11, 26)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(("minutes", "said"), [(0, 0), (1, 5), (5, 5), (31, 35), (60, 60), (61, 75), (90, 90), (346, 360)])
def test_time_is_rounded_up_and_what_takes_time_never_takes_none(minutes: int, said: int) -> None:
    assert about(minutes) == said


@pytest.mark.parametrize(("due_on", "late"), [(None, 0), (on(1), 0), (on(0), 0), (on(-1), 1), (on(-20), 20)])
def test_one_is_late_from_the_day_after(due_on: date | None, late: int) -> None:
    assert days_late(TODAY, due_on) == late


CASES = [
    ("nothing left", 0, on(30), None),
    ("overdue, much left: a comfortable pace, a date that holds", 320, on(-20), Pace(330, 40, on(56), at_once=False)),
    ("overdue, very much left: caught up in eight weeks", 593, on(-1), Pace(600, 75, on(56), at_once=False)),
    ("overdue, one quiz left", 8, on(-20), Pace(10, 40, on(7), at_once=True)),
    ("due in sixty days: the pace that keeps to it", 495, on(60), Pace(495, 75, on(49), at_once=False)),
    ("due in sixty days, little left: one sitting a week, and finished before", 100, on(60), Pace(105, 20, on(35), at_once=False)),
    ("due in sixty days, next to nothing left: at any time until then", 15, on(60), Pace(15, 20, on(60), at_once=True)),
    ("due within ten days: all of it in one go", 130, on(10), Pace(135, 135, on(10), at_once=True)),
    ("due today", 30, on(0), Pace(30, 30, on(0), at_once=True)),
    ("no due date: the comfortable pace, however long", 593, None, Pace(600, 40, on(105), at_once=False)),
]


@pytest.mark.parametrize(("minutes", "due_on", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_pace(minutes: int, due_on: date | None, expected: Pace | None) -> None:
    assert pace(minutes, TODAY, due_on) == expected


@pytest.mark.parametrize(("minutes", "days", "heavy"), [(600, 30, False), (600, 14, True), (225, 3, False), (226, 3, True)])
def test_nobody_is_told_that_four_hours_a_week_are_enough(minutes: int, days: int, heavy: bool) -> None:
    found = pace(minutes, TODAY, on(days))
    assert found
    assert found.heavy is heavy


@given(st.integers(1, 3_000), st.none() | st.integers(-400, 400))
def test_a_pace_that_is_kept_is_enough_by_its_date(minutes: int, days: int | None) -> None:
    due_on = None if days is None else on(days)
    found = pace(minutes, TODAY, due_on)
    assert found
    weeks = max(1, (found.ends_on - TODAY).days // 7)
    assert found.weekly * weeks >= minutes
    assert found.at_once == (found.weekly >= minutes)
    assert found.weekly >= (LEAST if due_on and due_on >= TODAY else COMFORT)
    assert found.minutes >= minutes
    assert found.weekly == about(found.weekly)
    assert found.ends_on >= TODAY
    if due_on and due_on >= TODAY:
        assert found.ends_on <= due_on
    elif due_on:
        assert found.ends_on <= TODAY + timedelta(weeks=CATCH_UP_WEEKS)
