"""What is told of results, and of whom: years of five people or more, at the end of a quarter."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reporting.quality_rules import CRITERIA, FEWEST, Learnt, YearResult, last_quarter, year_results

UNTIL = date(2026, 9, 30)


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (date(2026, 11, 27), UNTIL),
        (date(2026, 10, 1), UNTIL),
        (date(2026, 9, 30), date(2026, 6, 30)),
        (date(2027, 1, 1), date(2026, 12, 31)),
        (date(2027, 3, 31), date(2026, 12, 31)),
    ],
)
def test_the_last_quarter_that_is_over(on: date, until: date) -> None:
    assert last_quarter(on) == until


def learnt(begun: date, weeks: int | None = None, last: date | None = None) -> Learnt:
    done = begun + timedelta(weeks=weeks) if weeks else None
    return Learnt(begun, last or done or begun, done)


def test_a_year() -> None:
    """Two finished in time, one later than the quarter, one stopped, one goes on."""
    start = date(2026, 2, 2)
    people = [learnt(start, 10), learnt(start, 20), learnt(start, 40), learnt(start), learnt(start, last=date(2026, 9, 1))]
    assert year_results(people, UNTIL) == (YearResult(2026, UNTIL, 5, Fraction(2, 5), Fraction(1, 5), None),)
    more = [*people, *(learnt(start, weeks) for weeks in (4, 6, 8))]
    assert year_results(more, UNTIL)[0].weeks == 8


def test_a_year_of_few_is_not_told() -> None:
    few = [learnt(date(2025, 3, 3), 4)] * 4
    assert year_results(few, UNTIL) == ()
    assert [one.year for one in year_results([*few, *[learnt(date(2026, 3, 3))] * 5, *[learnt(date(2026, 10, 5))] * 9], UNTIL)] == [2026]


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 60)), max_size=40))
def test_shares_are_shares(people: list[tuple[int, int]]) -> None:
    for one in year_results((learnt(date(2024, 1, 1) + timedelta(days=day), weeks) for day, weeks in people), UNTIL):
        assert one.people >= FEWEST
        assert 0 <= one.done + one.gone <= 1
        assert one.weeks is None or one.weeks >= 1


def test_indicators_are_each_there_once_in_order() -> None:
    numbers = [one.number for criterion in CRITERIA for one in criterion.indicators]
    assert numbers == [1, 2, 4, 5, 6, 8, 9, 10, 11, 12, 17, 18, 19, 21, 22, 23, 24, 25, 26, 30, 31, 32, 33]
    assert numbers == sorted(set(numbers))
