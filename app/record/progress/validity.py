"""Computes until when an attestation is fresh and when it may be refreshed. Pure: having obtained it stays true for ever."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from msgspec import Struct

from app.content.values.text import CompletionCriterion
from app.platform.french import day_of, french_date, plural, zone
from app.record.progress.rules import Event, EventType

EARLY = timedelta(days=60)
"""Before the last day, from when one may refresh: nobody has to wait until it is over."""
_DOING = {
    CompletionCriterion.READ: frozenset({EventType.READ}),
    CompletionCriterion.PRESENCE: frozenset({EventType.ATTENDED, EventType.READ}),
    CompletionCriterion.SUBMITTED: frozenset({EventType.SUBMITTED, EventType.PASSED}),
    CompletionCriterion.PASSED: frozenset({EventType.PASSED, EventType.REGRADED_PASS}),
}


class Validity(Struct, frozen=True):
    until: date
    """The last day on which it is fresh."""
    renewed_at: datetime | None = None
    reread: int = 0
    """How many elements had changed, and were done again, when it was renewed."""

    @property
    def renewal_words(self) -> str:
        """« 3 mai 2028, après avoir revu 2 éléments qui avaient changé »; empty where it never was renewed."""
        if self.renewed_at is None:
            return ""
        told = f"après avoir revu {plural(self.reread, 'élément nouveau ou changé', 'éléments nouveaux ou changés')}"
        return f"{french_date(self.renewed_at)}, {told if self.reread else 'rien n’ayant changé : la personne déclare avoir relu l’essentiel'}"

    @property
    def stale_from(self) -> date:
        return self.until + timedelta(days=1)

    @property
    def ends_at(self) -> datetime:
        """The moment at which the last day ends, where the site is."""
        return datetime.combine(self.stale_from, time.min, zone())

    def is_stale(self, today: date) -> bool:
        return today > self.until

    def may_refresh(self, today: date) -> bool:
        return today >= self.until - EARLY


def validity(obtained_at: datetime, renewals: Sequence[tuple[datetime, int]], months: int) -> Validity | None:
    """Counts the validity from the last renewal, or from completion. `renewals`: when, and how many elements. None if `months` is 0."""
    if not months:
        return None
    last, reread = max(renewals, default=(None, 0))
    return Validity(months_later(day_of(last or obtained_at), months), last, reread)


def months_later(day: date, months: int) -> date:
    """Returns the same day some months later, or the month's last day: 31 January gives 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class ElementChange(Struct, frozen=True):
    """What an element that changed asks for today."""

    at: datetime
    criterion: CompletionCriterion
    text: str
    """The fingerprint of what is published."""
    pass_mark: Fraction = Fraction(0)
    """Of a quiz to be passed: its new attempt's own mark counts, not the best of all."""

    def met_by(self, event: Event) -> bool:
        """Does this event show that the element was done after the change, or on today's text?"""
        enough = event.score is None or event.score >= self.pass_mark
        return event.type in _DOING[self.criterion] and enough and (event.at > self.at or event.content_fingerprint == self.text)


def done_again(events: Iterable[Event], changed: Mapping[str, ElementChange]) -> frozenset[str]:
    """Returns the changed elements that the person has done again since."""
    return frozenset(event.element_id for event in events if event.element_id in changed and changed[event.element_id].met_by(event))
