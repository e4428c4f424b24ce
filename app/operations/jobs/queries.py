"""What is due, and how the timers stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.operations.jobs.models import JobProcess, JobTimer
from app.operations.jobs.rules import TimerState, WhenThere, state
from app.operations.jobs.timers import TIMERS, Timer, timer
from app.platform.settings import Settings

ALIVE = timedelta(minutes=2)
"""A process that was seen within this time runs."""


class TimerRow(Struct, frozen=True):
    timer: Timer
    state: TimerState
    needs: str
    started_at: datetime | None
    seconds: float | None
    said: str
    next_at: datetime | None
    """None where it runs as soon as there is something to do."""
    claimed_by: str | None = None
    """The process that runs it now."""


class JobsPage(Struct, frozen=True):
    rows: tuple[TimerRow, ...]
    processes: tuple[str, ...]
    """Names of those that run now; none: nothing runs by itself."""
    last_seen: datetime | None


def alive(now: datetime) -> Select[str]:
    """Names of the processes that run. One that was seen in what is now the future is as dead: somebody set the clock back."""
    return select(JobProcess.name).where(JobProcess.seen_at.between(now - ALIVE, now + ALIVE))


def free(now: datetime) -> ColumnElement[bool]:
    """Has nobody this timer? What a process had that died is free again."""
    return or_(JobTimer.claimed_by.is_(None), JobTimer.claimed_by.not_in(alive(now)))


def due(session: Session, settings: Settings, now: datetime) -> Iterator[Timer]:
    """Timers that should run now and that nobody runs."""
    for name in session.scalars(select(JobTimer.name).where(JobTimer.next_at <= now, free(now)).order_by(JobTimer.next_at)).all():
        found = timer(name)
        if found and not found.needs(settings) and found.wanted(session, now):
            yield found


def jobs_page(session: Session, settings: Settings, now: datetime) -> JobsPage:
    kept = {row.name: row for row in session.scalars(select(JobTimer))}
    running = tuple(session.scalars(alive(now).order_by(JobProcess.name)))
    rows = tuple(_row(each, kept.get(each.name), running, each.needs(settings), each.wanted(session, now), now) for each in TIMERS)
    return JobsPage(rows, running, session.scalar(select(func.max(JobProcess.seen_at))))


def _row(each: Timer, kept: JobTimer | None, running: tuple[str, ...], needs: str, wanted: bool, now: datetime) -> TimerRow:
    if kept is None:
        return TimerRow(each, TimerState.OFF if needs else TimerState.LATE, needs, None, None, "", None)
    claimed = kept.claimed_by in running
    known = state(needs=needs, claimed=claimed, well=kept.well, next_at=kept.next_at, wanted=wanted, now=now)
    seconds = (kept.ended_at - kept.started_at).total_seconds() if kept.ended_at and kept.started_at and not claimed else None
    return TimerRow(
        each,
        known,
        needs,
        kept.started_at,
        seconds,
        kept.said,
        None if isinstance(each.schedule, WhenThere) else kept.next_at,
        kept.claimed_by if claimed else None,
    )
