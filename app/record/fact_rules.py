"""Who holds which value of a fact, and who is told another. Pure.

Somebody holds the value of the last text that they finished, of the last key by which they answered rightly, or of the last change that they saw. They are
told once of each fact whose present value is another: a value that came back before they saw anything is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from app.content.store.facts import Change
from app.content.values.facts import KEY, same_value


class LearnedValue(Struct, frozen=True, order=True):
    """A value that somebody learned, or saw, at a moment."""

    at: datetime
    value: str


def value_at(changes: Sequence[Change], moment: datetime, present: str) -> str:
    """What a document told of a fact at a moment. `changes`: those of this fact in this document, in order; `present`: what it tells now, or nothing."""
    return next((change.before for change in changes if change.at > moment), present)


def value_held(learned: Iterable[LearnedValue]) -> str:
    """The last one; a text that tells nothing of the fact teaches nothing of it. Empty for whoever learned none."""
    known = [each for each in learned if each.value]
    return max(known, key=lambda each: each.at).value if known else ""


def is_told(fact_id: str, held: str, present: str) -> bool:
    """Is the present value told to whoever holds another?"""
    return bool(held and present) and not is_same(fact_id, held, present)


def is_same(fact_id: str, one: str, other: str) -> bool:
    """Keys are compared as words: what is right of one and not of the other is another key."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold() if KEY in fact_id else same_value(one, other)


def known_until(changes: Iterable[tuple[datetime, bool]]) -> datetime | None:
    """Until when somebody knows all that changed: the last change that they know before the first that they do not. None where there is none.

    `changes`: when each was published, and whether they know what is true since.
    """
    last = None
    for at, known in sorted(changes):
        if not known:
            break
        last = at
    return last
