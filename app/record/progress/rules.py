"""When an element is done, how far a person is, what comes next, what is new: the one place that decides, read by every page alike.

Pure: the ledger's rows and the course come in as values. A state is derived from the rows of one person and one element and from nothing
else; each row carries the criterion that was in force when it was written, so an edit of the course changes no state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from app.content.values.quiz import Policy
from app.content.values.text import CompletionCriterion


class EventType(StrEnum):
    """What a row of the ledger says."""

    VIEWED = "viewed"
    READ = "read"
    ATTENDED = "attended"
    """They were at a meeting that counts for the element."""
    ATTENDANCE_REVOKED = "attendance_revoked"
    """That was noted by mistake: nothing of theirs was done, nothing is taken back."""
    SUBMITTED = "submitted"
    PASSED = "passed"
    FAILED = "failed"
    WAIVED = "waived"
    OVERRIDE_SET = "override_set"
    OVERRIDE_REVOKED = "override_revoked"
    DUE_MOVED = "due_moved"
    """Somebody set a due date of a path for one person, or gave the group's back: of no element, and no activity. See `due`."""
    REGRADED = "regraded"
    """A trainer had an attempt marked again by a corrected key; its score is what is kept, never less than before."""
    REGRADED_PASS = "regraded_pass"  # noqa: S105 — an event, not a password
    """The same, and the quiz is passed by it."""


class ProgressState(StrEnum):
    """The six states of an element for a person (Moodle's, with waiver added)."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    COMPLETE_FAIL = "complete_fail"
    COMPLETE_PASS = "complete_pass"  # noqa: S105 — a state, not a password
    WAIVED = "waived"

    @property
    def done(self) -> bool:
        return self not in (ProgressState.NOT_STARTED, ProgressState.IN_PROGRESS)


RANK = {ProgressState.NOT_STARTED: 0, ProgressState.IN_PROGRESS: 1, ProgressState.COMPLETE: 2, ProgressState.COMPLETE_FAIL: 3, ProgressState.COMPLETE_PASS: 4}
"""What a person did never takes anything back: the automatic state only climbs."""


class Event(Struct, frozen=True):
    """One row of the ledger, as far as rules need it."""

    element_id: str
    type: EventType
    at: datetime
    criterion: CompletionCriterion | None
    """In force when the row was written; None for what a trainer or manager did."""
    tries_left: int | None = None
    """After a failed attempt: how many remain; None = as many as one likes."""
    attempt_id: int | None = None
    score: Fraction | None = None
    content_fingerprint: str = ""


class ElementProgress(Struct, frozen=True):
    """Where one person stands on one element: what the projection stores."""

    element_id: str
    state: ProgressState = ProgressState.NOT_STARTED
    first_at: datetime | None = None
    completed_at: datetime | None = None
    last_at: datetime | None = None
    attempts: int = 0
    best: Fraction | None = None
    earned_on: str = ""
    """Fingerprint of the content on which it was completed."""
    manual: bool = False
    """True while a waiver or a manual completion outranks what the person did."""

    @property
    def learned(self) -> bool:
        """Done, and not by being spared it: what an attestation tells, and what announced durations count."""
        return self.state.done and self.state is not ProgressState.WAIVED

    @property
    def to_retry(self) -> bool:
        """A quiz that was sent and is not done."""
        return self.state is ProgressState.IN_PROGRESS and self.attempts > 0


class Progress(Struct, frozen=True):
    """Required elements done, of those required. `required` may be 0: nothing is asked, so all is done."""

    done: int
    required: int
    waived: int = 0
    """Of those done, how many by a waiver."""

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.done, self.required) if self.required else Fraction(1)

    @property
    def complete(self) -> bool:
        """Is everything required done? The only place that decides it; `effective_pins` says what is required."""
        return self.done == self.required

    @property
    def finished(self) -> bool:
        """Something was asked, and all of it is done. `PersonFigures.finished` is the same of a path, stored for SQL."""
        return self.required > 0 and self.complete


def state_of_event(event: Event) -> ProgressState:
    """The state that one row, alone, justifies."""
    if event.type in (EventType.PASSED, EventType.REGRADED_PASS):
        return ProgressState.COMPLETE_PASS
    if event.type == EventType.ATTENDED or (event.type == EventType.READ and event.criterion in (CompletionCriterion.READ, CompletionCriterion.PRESENCE)):
        return ProgressState.COMPLETE  # read where a meeting is asked for: the equivalent that its lesson allows
    if event.type == EventType.SUBMITTED and event.criterion == CompletionCriterion.SUBMITTED:
        return ProgressState.COMPLETE
    if event.type == EventType.FAILED and event.criterion == CompletionCriterion.SUBMITTED:
        return ProgressState.COMPLETE_FAIL if event.tries_left == 0 else ProgressState.COMPLETE
    return ProgressState.NOT_STARTED if event.type == EventType.REGRADED else ProgressState.IN_PROGRESS


MANUAL = {EventType.WAIVED: ProgressState.WAIVED, EventType.OVERRIDE_SET: ProgressState.COMPLETE}
REGRADES = frozenset({EventType.REGRADED, EventType.REGRADED_PASS})
"""Done to what the person did earlier: they raise a mark or a state, and are no activity of the person's."""


def element_progress(element_id: str, events: Sequence[Event]) -> ElementProgress:
    """Fold the rows of one person and one element, in the order of the ledger.

    What the person did only climbs; a waiver or a manual completion outranks it until revoked. The date of completion is that of the
    row that first made it so, never that of a recomputation.
    """
    events = without_revoked(events)
    automatic, earned = ProgressState.NOT_STARTED, None
    manual: Event | None = None
    for event in events:
        if event.type in MANUAL:
            manual = event
        elif event.type == EventType.OVERRIDE_REVOKED:
            manual = None
        elif RANK[state_of_event(event)] > RANK[automatic]:
            earned = event if state_of_event(event).done and not automatic.done else earned
            automatic = state_of_event(event)
    done = [event for event in events if event.type not in MANUAL and event.type != EventType.OVERRIDE_REVOKED]
    own = [event for event in done if event.type not in REGRADES]
    scores = [event.score for event in done if event.score is not None]
    completing = manual or earned
    return ElementProgress(
        element_id=element_id,
        state=MANUAL[manual.type] if manual else automatic,
        first_at=own[0].at if own else None,
        completed_at=completing.at if completing else None,
        last_at=own[-1].at if own else None,
        attempts=len({event.attempt_id for event in own if event.attempt_id is not None}),
        best=max(scores, default=None),
        earned_on=completing.content_fingerprint if completing else "",
        manual=manual is not None,
    )


def same_but_later(before: ElementProgress | None, after: ElementProgress) -> bool:
    """Whether what figures tell of it is what they told, but for the hour of the last act: another attempt at what was tried, or done, already."""
    if not (before and before.last_at and after.last_at and before.last_at <= after.last_at):
        return False
    return (before.state, before.first_at, before.completed_at, before.attempts > 0) == (after.state, after.first_at, after.completed_at, after.attempts > 0)


def without_revoked(events: Sequence[Event]) -> Sequence[Event]:
    """Removes presences recorded by mistake and the rows that revoked them."""
    revoked = max((place for place, event in enumerate(events) if event.type == EventType.ATTENDANCE_REVOKED), default=-1)
    if revoked < 0:
        return events
    gone = (EventType.ATTENDED, EventType.ATTENDANCE_REVOKED)
    return [event for place, event in enumerate(events) if place > revoked or event.type not in gone]


def project(events: Iterable[Event]) -> dict[str, ElementProgress]:
    """The whole projection of one person from their rows of the ledger, in order."""
    by_element: dict[str, list[Event]] = {}
    for event in events:
        by_element.setdefault(event.element_id, []).append(event)
    return {element_id: element_progress(element_id, rows) for element_id, rows in by_element.items()}


def is_done(element_id: str, progress: Mapping[str, ElementProgress]) -> bool:
    return element_id in progress and progress[element_id].state.done


Pins = Mapping[str, datetime]
"""Element id → when it entered the person's set, in the order of the path at the time."""

Since = Mapping[str, datetime]
"""Element id → since when the path has asked for it without a break. What it does not ask for today is absent."""


def advance(since: Since, required_now: Iterable[str], now: datetime) -> dict[str, datetime]:
    """`since` after an edit: what was asked for keeps its date, what comes (or comes back) gets `now`, what left is gone."""
    return {element_id: since.get(element_id, now) for element_id in required_now}


def effective_pins(pins: Pins, since: Since, progress: Mapping[str, ElementProgress]) -> tuple[str, ...]:
    """The denominator of one person: pinned elements that the course has asked for ever since, and those that the person has done.

    An element withdrawn, or made optional, leaves the set of whoever has not done it and stays in that of whoever has; should it come
    back, it comes as news. So an edit can lower the denominator or leave it; it can never raise it, nor lower the numerator.
    """
    return tuple(one for one, pinned_at in pins.items() if is_done(one, progress) or (one in since and since[one] <= pinned_at))


def progress_of(pins: Pins, since: Since, progress: Mapping[str, ElementProgress]) -> Progress:
    """The one progress function: learner's page, manager's report, export and attestation read it."""
    return _count_progress(effective_pins(pins, since, progress), progress)


def _count_progress(effective: Sequence[str], progress: Mapping[str, ElementProgress]) -> Progress:
    states = [progress[element_id].state for element_id in effective if element_id in progress]
    return Progress(sum(state.done for state in states), len(effective), states.count(ProgressState.WAIVED))


def completed_on(pins: Pins, since: Since, progress: Mapping[str, ElementProgress]) -> datetime | None:
    """When the last needed element was done; None while one is missing, or where nothing is asked."""
    effective = effective_pins(pins, since, progress)
    if not _count_progress(effective, progress).finished:
        return None
    known = [moment for element_id in effective if (moment := progress[element_id].completed_at)]
    return max(known) if len(known) == len(effective) else None


def elements_left(order: Iterable[str], pins: Iterable[str], progress: Mapping[str, ElementProgress]) -> Iterator[str]:
    """What is pinned and not done, in today's order of the path."""
    wanted = set(pins)
    return (element_id for element_id in order if element_id in wanted and not is_done(element_id, progress))


def next_element(left: Iterable[str], waiting: Container[str] = ()) -> str | None:
    """What comes next: the first element left that does not wait for somebody else. None when nothing is left, or nothing but what waits.

    Reports, which say where somebody stands rather than what they can do now, pass nothing that waits.
    """
    return next((element_id for element_id in left if element_id not in waiting), None)


class ElementNews(Struct, frozen=True):
    """An element that came, or changed in a way to read again, since the person's set was pinned or the element was done."""

    element_id: str
    added: bool


def news(
    order: Iterable[str], pins: Pins, since: Since, progress: Mapping[str, ElementProgress], changed_at: Mapping[str, datetime]
) -> tuple[ElementNews, ...]:
    """Additions, and changes « à relire » to what the person has done, in the order of the path.

    `changed_at` gives, by element, when it last changed in a way to read again. Neither is in the denominator.
    """
    mine = set(effective_pins(pins, since, progress))
    found = []
    for element_id in order:
        if element_id in since and element_id not in mine and not is_done(element_id, progress):
            found.append(ElementNews(element_id, added=True))
        elif to_read_again(progress.get(element_id), changed_at.get(element_id)):
            found.append(ElementNews(element_id, added=False))
    return tuple(found)


def to_read_again(mine: ElementProgress | None, changed: datetime | None) -> bool:
    """Done, and changed after all that is known of when the person saw it."""
    return mine is not None and mine.state.done and changed is not None and all(seen is None or changed > seen for seen in (mine.completed_at, mine.last_at))


def kinder(criteria: Iterable[CompletionCriterion]) -> CompletionCriterion:
    """Returns the easier criterion of those in force when an attempt began and when it was sent."""
    return CompletionCriterion.SUBMITTED if CompletionCriterion.SUBMITTED in set(criteria) else CompletionCriterion.PASSED


def rules_fingerprint(criterion: CompletionCriterion, policy: Policy | None = None) -> str:
    """SHA-256 of the criterion, and for a quiz of the whole policy, in force."""
    return hashlib.sha256(f"{criterion.value}|{policy!r}".encode()).hexdigest()


def version_fingerprint(fingerprints: Iterable[str]) -> str:
    """One short content version for a set of elements: 12 hexadecimal digits of the SHA-256 over their sorted fingerprints."""
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode()).hexdigest()[:12]
