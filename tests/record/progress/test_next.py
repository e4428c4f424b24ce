"""What comes next: the first element left that does not wait for somebody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.record.progress import rules
from tests.record.progress.rules import done


def test_what_comes_next_follows_todays_order() -> None:
    assert list(rules.elements_left(("c", "a", "b"), ("a", "b", "c"), done("c"))) == ["a", "b"]
    assert list(rules.elements_left(("a", "b"), ("a", "b"), done("a", "b"))) == []
    assert list(rules.elements_left(("new", "a"), ("a",), {})) == ["a"]


@pytest.mark.parametrize(
    ("left", "waiting", "following"),
    [
        ("ab", "", "a"),
        ("ab", "a", "b"),  # the first one waits for somebody: on to the next
        ("ab", "b", "a"),
        ("abc", "ab", "c"),
        ("ab", "ab", None),  # nothing but what waits
        ("", "", None),
    ],
)
def test_what_waits_for_somebody_else_holds_nothing_up(left: str, waiting: str, following: str | None) -> None:
    assert rules.next_element(left, waiting) == following


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.sets(st.sampled_from("abcdef")))
def test_something_comes_next_as_long_as_something_can_be_done(left: list[str], waiting: set[str]) -> None:
    following = rules.next_element(left, waiting)
    assert (following is None) == (set(left) <= waiting)
    if following is not None:
        assert following not in waiting
        assert set(left[: left.index(following)]) <= waiting
