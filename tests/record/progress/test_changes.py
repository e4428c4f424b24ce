"""Which rows of the ledger move no figure but the hour of the last act."""

from __future__ import annotations

import pytest

from app.record.progress import rules
from app.record.progress.rules import Event, EventType
from tests.record.progress.rules import REMIS, event

SENT, PASSED, FAILED = (event(kind, 1, REMIS, attempt_id=1) for kind in (EventType.SUBMITTED, EventType.PASSED, EventType.FAILED))


@pytest.mark.parametrize(
    ("before", "added", "same"),
    [
        ([], [SENT], False),
        ([event(EventType.VIEWED)], [SENT, FAILED], False),
        ([SENT, FAILED], [event(EventType.SUBMITTED, 2, REMIS, attempt_id=2)], True),
        ([SENT, FAILED], [event(EventType.PASSED, 2, REMIS, attempt_id=2)], False),
        ([SENT, PASSED], [event(EventType.FAILED, 2, REMIS, attempt_id=2)], True),
        ([SENT, PASSED], [event(EventType.FAILED, 0, REMIS, attempt_id=2)], False),
        ([SENT, PASSED], [event(EventType.WAIVED, 2, None)], False),
        ([event(EventType.WAIVED, 0, None)], [event(EventType.OVERRIDE_REVOKED, 1, None)], False),
    ],
    ids=["the first", "tried now", "tried again", "passed now", "passed before", "a clock set back", "waived", "nothing any more"],
)
def test_what_changes_nothing_but_the_hour(before: list[Event], added: list[Event], same: bool) -> None:
    first = rules.element_progress("e", before) if before else None
    assert rules.same_but_later(first, rules.element_progress("e", [*before, *added])) is same
