"""When a timer runs next, by the clock of Paris."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.operations.jobs.queries import At, TimerState, WhenThere, next_run, state

PARIS = ZoneInfo("Europe/Paris")
WEEK = timedelta(days=7, hours=2)
schedules = st.one_of(
    st.builds(At, st.integers(0, 23), st.integers(0, 59), st.one_of(st.none(), st.integers(0, 6))),
    st.builds(WhenThere, st.integers(1, 60)),
)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — hypothesis asks for naive bounds


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        (At(8), "2026-11-27 06:59:59", "2026-11-27 07:00"),
        (At(8), "2026-11-27 07:00", "2026-11-28 07:00"),
        (At(8), "2026-07-01 05:00", "2026-07-01 06:00"),  # summer
        (At(0, 30), "2026-11-27 22:45", "2026-11-27 23:30"),  # the next day in Paris
        (At(4, 20, weekday=6), "2026-11-27 12:00", "2026-11-29 03:20"),
        (At(4, 20, weekday=6), "2026-11-29 03:20", "2026-12-06 03:20"),
        (At(2, 30), "2026-03-28 22:00", "2026-03-29 01:30"),  # half past two does not exist that night: half past three
        (At(2, 30), "2026-10-24 22:00", "2026-10-25 00:30"),  # exists twice: the first
        (At(2, 30), "2026-10-25 00:30", "2026-10-26 01:30"),
        (WhenThere(), "2026-11-27 07:00", "2026-11-27 07:01"),
    ],
)
def test_the_next_time(schedule: At | WhenThere, now: str, expected: str) -> None:
    assert schedule.after(utc(now)) == utc(expected)


@given(schedules, moments)
def test_it_is_later_and_within_a_week(schedule: At | WhenThere, now: datetime) -> None:
    assert now < schedule.after(now) <= now + WEEK


@given(schedules, moments)
def test_a_failure_is_tried_again_no_later_than_it_would_have_been(schedule: At | WhenThere, now: datetime) -> None:
    assert now < next_run(schedule, now, False) <= next_run(schedule, now, True)


@given(st.integers(0, 23), moments)
def test_at_its_hour_in_paris(hour: int, now: datetime) -> None:
    local = At(hour).after(now).astimezone(PARIS)
    assert local.hour in ({3} if hour == 2 else set()) | {hour}


def test_in_words() -> None:
    assert [one.words for one in (At(8), At(8, 5), At(4, 20, weekday=6), WhenThere())] == [
        "chaque jour à 8 h",
        "chaque jour à 8 h 05",
        "le dimanche à 4 h 20",
        "dès qu’il y en a",
    ]


NOON = utc("2026-11-27 12:00")


@pytest.mark.parametrize(
    ("needs", "claimed", "well", "due", "wanted", "expected"),
    [
        ("", True, False, -60, True, TimerState.RUNNING),
        ("Rien.", False, True, -60, True, TimerState.OFF),
        ("", False, True, -11, True, TimerState.LATE),
        ("", False, False, -11, True, TimerState.LATE),
        ("", False, True, -11, False, TimerState.WELL),
        ("", False, True, -9, True, TimerState.WELL),
        ("", False, False, 5, True, TimerState.FAILED),
        ("", False, None, 5, True, TimerState.WELL),
    ],
)
def test_states(needs: str, claimed: bool, well: bool | None, due: int, wanted: bool, expected: TimerState) -> None:
    assert state(needs=needs, claimed=claimed, well=well, next_at=NOON + timedelta(minutes=due), wanted=wanted, now=NOON) is expected
