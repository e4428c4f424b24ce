"""What several tests share: states, progress and news: tables of cases, then random histories against random edits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.content.values.text import CompletionCriterion
from app.record.progress import rules
from app.record.progress.rules import Event, EventType, ProgressState

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
LU, REMIS, REUSSI = CompletionCriterion.READ, CompletionCriterion.SUBMITTED, CompletionCriterion.PASSED


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def event(kind: EventType, day: int = 0, criterion: CompletionCriterion | None = LU, **more: object) -> Event:
    return Event("e", kind, at(day), criterion, **more)  # type: ignore[arg-type]


def done(*ids: str, on: int = 1) -> dict[str, rules.ElementProgress]:
    return {element: rules.ElementProgress(element, ProgressState.COMPLETE, at(0), at(on), at(on)) for element in ids}
