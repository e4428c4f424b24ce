"""What a presence at a meeting does to the step that it completes."""

from __future__ import annotations

import pytest

from app.content.values.text import CompletionCriterion
from app.record.progress import rules
from app.record.progress.rules import Event, EventType, ProgressState
from tests.record.progress.rules import at, event

PRESENCE = CompletionCriterion.PRESENCE
THERE, MISTAKEN = (lambda day: event(EventType.ATTENDED, day, PRESENCE)), (lambda day: event(EventType.ATTENDANCE_REVOKED, day, None))


@pytest.mark.parametrize(
    ("events", "state", "completed"),
    [
        ([event(EventType.VIEWED, 0, PRESENCE)], ProgressState.IN_PROGRESS, None),
        ([event(EventType.VIEWED, 0, PRESENCE), THERE(1)], ProgressState.COMPLETE, 1),
        ([event(EventType.READ, 0, PRESENCE)], ProgressState.COMPLETE, 0),
        ([event(EventType.VIEWED, 0, PRESENCE), THERE(1), MISTAKEN(2)], ProgressState.IN_PROGRESS, None),
        ([THERE(1), MISTAKEN(2)], ProgressState.NOT_STARTED, None),
        ([THERE(1), MISTAKEN(2), THERE(3)], ProgressState.COMPLETE, 3),
        ([event(EventType.READ, 1, PRESENCE), THERE(2), MISTAKEN(3)], ProgressState.COMPLETE, 1),
        ([THERE(1), event(EventType.WAIVED, 2, None), MISTAKEN(3)], ProgressState.WAIVED, 2),
    ],
)
def test_being_there_completes_and_a_mistake_is_taken_back(events: list[Event], state: ProgressState, completed: int | None) -> None:
    found = rules.element_progress("e", events)
    assert (found.state, found.completed_at) == (state, None if completed is None else at(completed))
