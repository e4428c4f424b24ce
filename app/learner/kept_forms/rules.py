"""How many kept forms are held, and which one makes room for the next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

HELD_FOR = timedelta(days=30)
"""How long a form is kept; the register of personal data declares it from here."""
SOFTENED = {("then", "correct"): ("then", "stay"), ("erase", "1"): ("then", "stay")}
"""(field, value) of a harmless form that would end something → what is sent on return. « Valider ma réponse » closes a question, « Effacer ma
réponse » takes away what the page of return shows: the answer is saved, and the question is shown, where those buttons stand."""


class KeptForm(Struct, frozen=True):
    """A kept form as the quotas see it."""

    id: str
    browser: str | None
    person_id: int | None
    network: str | None
    long: bool
    over: bool
    """Sent again already, or given up: the first to go."""
    at: datetime


class Quota(Struct, frozen=True):
    """How many forms of one browser, of one person, of one network address, and of all together."""

    browser: int
    person_id: int
    network: int
    all: int


ANY = Quota(browser=20, person_id=40, network=200, all=5_000)
LONG = Quota(browser=4, person_id=8, network=20, all=60)
"""Of those that are longer than any answer needs, which count among the others too."""


def to_forget(held: Sequence[KeptForm], new: KeptForm, total: int, total_long: int) -> frozenset[str] | None:
    """Ids that go so that `new` may be kept; None when there is no room. `held`: those of its browser, its person or its address.

    First the browser's own, then its person's from elsewhere, then the oldest of the same address. Never somebody else's from another
    address, even when the whole place is taken: a flood must not throw away what others typed.
    """
    order = sorted(held, key=lambda one: (one.browser != new.browser, one.person_id != new.person_id, not one.over, one.at, one.id))
    long = _beyond([one for one in order if one.long], new, total_long, LONG) if new.long else frozenset()
    if long is None:
        return None
    gone = _beyond([one for one in order if one.id not in long], new, total - len(long), ANY)
    return None if gone is None else gone | long


def _beyond(order: Sequence[KeptForm], new: KeptForm, total: int, most: Quota) -> frozenset[str] | None:
    """The first of `order` that must go for one more to stay within each number."""
    left = list(order)
    for name in ("browser", "person_id", "network"):
        same = [one for one in left if getattr(one, name) == getattr(new, name)]
        too_many = same[: max(0, len(same) + 1 - getattr(most, name))]
        left = [one for one in left if one not in too_many]
    over = max(0, total - (len(order) - len(left)) + 1 - most.all)
    if over > len(left):
        return None
    return frozenset(one.id for one in order) - frozenset(one.id for one in left[over:])
