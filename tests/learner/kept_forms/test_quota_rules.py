"""Which kept form makes room for the next: never one that somebody else sent from elsewhere."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.learner.kept_forms import rules as kept_forms_rules
from app.learner.kept_forms.rules import KeptForm, Quota, to_forget
from tests.record.world import MORNING

ANY, LONG = Quota(browser=2, person_id=3, network=4, all=6), Quota(browser=1, person_id=2, network=2, all=3)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms_rules, "ANY", ANY)
    monkeypatch.setattr(kept_forms_rules, "LONG", LONG)


def form(name: str, at: int = 0, browser: str = "b", person: int = 1, network: str = "n", long: bool = False, over: bool = False) -> KeptForm:
    return KeptForm(name, browser, person, network, long, over, MORNING + timedelta(seconds=at))


def forgotten(held: list[KeptForm], new: KeptForm) -> frozenset[str] | None:
    """As the database is asked: those near, and how many there are in all."""
    near = [one for one in held if one.browser == new.browser or one.person_id == new.person_id or one.network == new.network]
    return to_forget(near, new, len(held), sum(one.long for one in held))


MINE = [form("old", 1), form("newer", 2)]
ELSEWHERE = [form(f"e{n}", n, browser="c", network="m") for n in range(3)]
OFFICE = [form(f"o{n}", n, browser=f"o{n}", person=10 + n) for n in range(4)]
STRANGERS = [form(f"s{n}", n, browser=f"s{n}", person=20 + n, network=f"s{n}") for n in range(6)]


@pytest.mark.parametrize(
    ("held", "new", "gone"),
    [
        ([], form("x"), set()),
        (MINE[:1], form("x"), set()),
        (MINE, form("x"), {"old"}),
        ([replace(MINE[0], at=MORNING + timedelta(hours=1)), MINE[1]], form("x"), {"newer"}),
        ([MINE[0], replace(MINE[1], over=True)], form("x"), {"newer"}),  # what was sent again goes before what waits
        (ELSEWHERE, form("x"), {"e0"}),
        (OFFICE, form("x"), {"o0"}),
        ([*OFFICE[:3], MINE[1]], form("x"), {"newer"}),  # the browser's own before the colleagues'
        (STRANGERS, form("x"), None),
        ([*STRANGERS[:5], MINE[0]], form("x"), {"old"}),
        ([*STRANGERS[:5], OFFICE[0]], form("x"), {"o0"}),
        ([form("l", long=True)], form("x", long=True), {"l"}),
        ([form("l", long=True)], form("x"), set()),
        ([form("l"), form("m", 1)], form("x", long=True), {"l"}),
        ([form("l"), form("m", 1, long=True)], form("x", long=True), {"m"}),
        ([replace(one, long=True) for one in STRANGERS[:3]], form("x", long=True), None),
        ([replace(one, long=True) for one in STRANGERS[:3]], form("x"), set()),
    ],
)
def test_cases(held: list[KeptForm], new: KeptForm, gone: set[str] | None) -> None:
    assert forgotten(held, new) == gone


FORMS = st.builds(
    form, st.just(""), st.integers(0, 9), st.sampled_from("abcd"), st.integers(1, 4), st.sampled_from("nmop"), long=st.booleans(), over=st.booleans()
)


@given(st.lists(FORMS, max_size=60))
def test_whatever_is_sent_the_quotas_hold_and_nobody_elses_goes(sent: list[KeptForm]) -> None:
    held: list[KeptForm] = []
    for number, each in enumerate(sent):
        new = replace(each, id=str(number))
        gone = forgotten(held, new)
        if gone is None:
            continue
        for one in held:
            assert one.id not in gone or one.browser == new.browser or one.person_id == new.person_id or one.network == new.network
        held = [one for one in held if one.id not in gone] + [new]
        for most, counted in ((ANY, held), (LONG, [one for one in held if one.long])):
            assert len(counted) <= most.all
            for name in ("browser", "person_id", "network"):
                assert most_of(counted, name) <= getattr(most, name)


def most_of(held: list[KeptForm], name: str) -> int:
    numbers: Counter[Any] = Counter(getattr(one, name) for one in held)
    return max(numbers.values(), default=0)
