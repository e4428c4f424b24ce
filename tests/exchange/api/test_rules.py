"""When a token works, what a list may be asked, and every refusal in two languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange.api.rules import LONGEST, MOST, PROBLEMS, REFUSED, BadParameter, ListRequest, TokenStanding, kind_of, read_parameters, standing, wrong_day

TODAY = date(2026, 11, 24)
EVERYTHING = ("after", "limit", "updated_since")


@pytest.mark.parametrize(
    ("revoked", "days", "administered", "placed", "found"),
    [
        (False, 0, True, True, TokenStanding.LIVE),
        (False, -1, True, True, TokenStanding.EXPIRED),
        (True, 1, True, True, TokenStanding.REVOKED),
        (True, -1, False, False, TokenStanding.REVOKED),
        (False, 1, False, True, TokenStanding.ORPHAN),
        (False, 1, True, False, TokenStanding.NOWHERE),
        (False, -1, False, True, TokenStanding.EXPIRED),
    ],
)
def test_when_a_token_works(revoked: bool, days: int, administered: bool, placed: bool, found: TokenStanding) -> None:
    assert standing(TODAY + timedelta(days), TODAY, revoked=revoked, administered=administered, placed=placed) is found
    assert (found in REFUSED) is (found is not TokenStanding.LIVE)


@pytest.mark.parametrize(("days", "fine"), [(-1, False), (0, True), (LONGEST.days, True), (LONGEST.days + 1, False), (36_000, False)])
def test_for_how_long_it_may_be_given(days: int, fine: bool) -> None:
    assert (not wrong_day(TODAY + timedelta(days), TODAY)) is fine


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], ListRequest()),
        ([("after", "12"), ("limit", "500")], ListRequest(after=12, limit=500)),
        ([("updated_since", "2026-11-01T10:00:00Z")], ListRequest(since=datetime(2026, 11, 1, 10, tzinfo=UTC))),
        ([("updated_since", "2026-11-01")], ListRequest(since=datetime(2026, 10, 31, 23, tzinfo=UTC))),
    ],
)
def test_what_a_list_is_asked(given: list[tuple[str, str]], found: ListRequest) -> None:
    assert read_parameters(given, EVERYTHING, numbered=True) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("after", ""), ("after", "x"), ("after", "-1"), ("after", "9999999999"), ("after", "١"), ("limit", "0"), ("limit", str(MOST + 1)), ("limit", "1.5"),
        ("updated_since", "hier"), ("updated_since", "0001-01-01"), ("updated_since", "9999-12-31T23:59:59-23:00"), ("updated_sinse", "2026-11-01"), ("apres", "1"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_not_understood_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadParameter, match=name):
        read_parameters([(name, value)], EVERYTHING, numbered=True)


def test_a_parameter_twice_is_refused() -> None:
    with pytest.raises(BadParameter, match="limit"):
        read_parameters([("limit", "1"), ("limit", "2")], EVERYTHING, numbered=True)


@given(st.lists(st.tuples(st.sampled_from([*EVERYTHING, "x"]), st.text(max_size=30)), max_size=4), st.booleans())
def test_whatever_is_sent_is_understood_or_refused(given: list[tuple[str, str]], numbered: bool) -> None:
    try:
        asked = read_parameters(given, EVERYTHING, numbered=numbered)
    except BadParameter:
        return
    assert 1 <= asked.limit <= MOST


def test_every_status_has_its_problem_in_two_languages() -> None:
    for status in range(400, 600):
        kind = kind_of(status)
        assert PROBLEMS[kind].status == status or kind in ("bad-request", "failed")
    for problem in PROBLEMS.values():
        assert len({*problem.title, *problem.detail}) == 4
        assert all(text.endswith(".") or text in problem.title for text in (*problem.title, *problem.detail))
