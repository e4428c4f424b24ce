"""Where a large file is, and who may still take it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.administration.privacy.register.register import kept_for
from app.reporting.files.kinds import Watched
from app.reporting.files.rules import KEPT, Seen, Standing, same_wish, standing, still_covers

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SOON, LATELY = NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("ready", "said", "claimed_until", "expected"),
    [
        (False, "", None, Standing.WAITING),
        (False, "", SOON, Standing.MAKING),
        (False, "", LATELY, Standing.WAITING),
        (False, "Non.", None, Standing.REFUSED),
        (True, "", None, Standing.READY),
    ],
)
def test_where_it_is(ready: bool, said: str, claimed_until: datetime | None, expected: Standing) -> None:
    assert standing(ready=ready, said=said, claimed_until=claimed_until, now=NOW) is expected


def seen(*territories: str, training: tuple[int, ...] = (), everybody: bool = False) -> Seen:
    return {"everybody": everybody, "territories": territories, "training": training}


@pytest.mark.parametrize(
    ("now", "then", "covers"),
    [
        (seen("a"), seen("a"), True),
        (seen("a", "b"), seen("a"), True),
        (seen("a"), seen("a", "b"), False),
        (seen("a"), seen("a", training=(1,)), False),
        (seen(training=(1, 2)), seen(training=(2,)), True),
        (seen(everybody=True), seen("a", training=(1,)), True),
        (seen("a"), seen(everybody=True), False),
        (seen(everybody=True), seen(everybody=True), True),
        (seen(), seen(), True),
    ],
)
def test_who_may_still_take_it(now: Seen, then: Seen, covers: bool) -> None:
    assert still_covers(now, then) is covers


def test_the_same_wish_is_of_one_person_one_file_and_one_choice() -> None:
    one = same_wish(1, "rh", {"a": "1", "b": "2"})
    assert one == same_wish(1, "rh", {"b": "2", "a": "1"})
    assert one not in (same_wish(2, "rh", {"a": "1", "b": "2"}), same_wish(1, "grille", {"a": "1", "b": "2"}), same_wish(1, "rh", {"a": "1"}))


def test_people_are_told_piece_by_piece() -> None:
    told: list[int] = []
    people = Watched(range(5), told.append)
    assert [list(people[start : start + 2]) for start in range(0, len(people), 2)] == [[0, 1], [2, 3], [4]]
    assert told == [0, 2, 4]
    assert list(people) == [0, 1, 2, 3, 4]


def test_the_page_says_what_the_register_says() -> None:
    assert kept_for("large_file") == KEPT
