"""Until when an attestation is fresh, day by day, and what was done again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.values.text import CompletionCriterion
from app.record.progress.path_progress import CRITERION_SENTENCES
from app.record.progress.queries import RENEWING, ElementChange, done_again, months_later, validity
from app.record.progress.rules import Event, EventType

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


def test_each_criterion_is_told_and_says_what_renews_an_element() -> None:
    assert set(RENEWING) == set(CRITERION_SENTENCES) == set(CompletionCriterion)


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        ("2026-11-24", 24, "2028-11-24"),
        ("2027-01-31", 1, "2027-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-10-31", 6, "2027-04-30"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-11-30", 1, "2026-12-30"),
    ],
)
def test_months_are_those_of_a_calendar(day: str, months: int, until: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(until)


@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.integers(1, 120))
def test_as_many_months_later_never_further_in_its_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1, "shortened only to the month's last day"
    assert months_later(day, months) <= months_later(day + timedelta(days=1), months), "who finished later is fresh as long at least"


@pytest.mark.parametrize(
    ("today", "stale", "open_"),
    [("2027-09-24", False, False), ("2027-09-25", False, True), ("2027-11-24", False, True), ("2027-11-25", True, True), ("2040-01-01", True, True)],
)
def test_the_last_day_is_one_of_its_days(today: str, stale: bool, open_: bool) -> None:
    found = validity(NOON, [], 12)
    assert found is not None
    day = date.fromisoformat(today)
    assert (found.is_stale(day), found.may_refresh(day)) == (stale, open_)
    assert found.stale_from == date(2027, 11, 25)
    assert found.ends_at.astimezone(UTC) == datetime(2027, 11, 24, 23, tzinfo=UTC), "midnight in Paris"


def test_it_counts_from_the_last_renewal_and_without_months_not_at_all() -> None:
    late = datetime(2027, 12, 31, 23, 30, tzinfo=UTC)  # 2028 in Paris
    found = validity(NOON, [(NOON.replace(year=2027), 0), (late, 2)], 12)
    assert found is not None
    assert (found.until, found.renewed_at) == (date(2029, 1, 1), late)
    assert found.renewal_words.replace("\u00a0", " ") == "1er janvier 2028, après avoir revu 2 étapes nouvelles ou changées"
    assert validity(NOON, [(late, 2)], 0) is None


@pytest.mark.parametrize(
    ("criterion", "kind", "hours", "text", "score", "done"),
    [
        (CompletionCriterion.READ, EventType.READ, 1, "new", None, True),
        (CompletionCriterion.READ, EventType.READ, -1, "old", None, False),
        (CompletionCriterion.READ, EventType.READ, -1, "new", None, True),
        (CompletionCriterion.READ, EventType.VIEWED, 1, "new", None, False),
        (CompletionCriterion.PASSED, EventType.PASSED, 1, "new", Fraction(7, 10), True),
        (CompletionCriterion.PASSED, EventType.PASSED, 1, "new", Fraction(69, 100), False),  # passed by an older attempt's mark
        (CompletionCriterion.PASSED, EventType.FAILED, 1, "new", Fraction(0), False),
        (CompletionCriterion.PASSED, EventType.SUBMITTED, 1, "new", None, False),
        (CompletionCriterion.SUBMITTED, EventType.SUBMITTED, 1, "new", None, True),
        (CompletionCriterion.PASSED, EventType.PASSED, -1, "old", Fraction(1), False),
    ],
)
def test_what_counts_as_done_again(criterion: CompletionCriterion, kind: EventType, hours: int, text: str, score: Fraction | None, done: bool) -> None:
    event = Event("one", kind, NOON + timedelta(hours=hours), criterion, score=score, content_fingerprint=text)
    asked = ElementChange(NOON, criterion, "new", Fraction(7, 10) if criterion is CompletionCriterion.PASSED else Fraction(0))
    assert (done_again([event], {"one": asked}) == {"one"}) is done
    assert done_again([event], {}) == frozenset()
