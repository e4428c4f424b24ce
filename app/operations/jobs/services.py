"""Changes the rows of the timers, and counts what waits in each outbox. Each function is one short transaction of its caller's; what runs twice after a crash is harmless."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.authoring.models import PlannedPublication
from app.content.store.queries import course
from app.exchange.statements.queries import statements_page
from app.identity import audit
from app.learner.reference.syntheses.papers import anything_missing
from app.operations.jobs.queries import ALIVE, SAID, TIMERS, JobProcess, JobTimer, Timer, free, next_run
from app.platform.db import insert_new, insert_once
from app.platform.mail import outbox
from app.platform.mail.outbox import WAITING, OutgoingMail
from app.platform.settings import Settings
from app.platform.site import site_of
from app.record.figures.store import stale_count


class JobOutcome(Struct, frozen=True):
    well: bool
    said: str


def declare(session: Session, now: datetime) -> None:
    """A row for each timer that has none, due at its first hour; rows of timers that are no more go.

    None waits longer than its schedule asks, nor does an email: after a clock that went wrong was set back, it would not run for as long.
    """
    first = [{"name": each.name, "next_at": each.schedule.after(now), "said": ""} for each in TIMERS]
    insert_new(session, JobTimer, first, JobTimer.name)
    session.execute(delete(JobTimer).where(JobTimer.name.not_in([each.name for each in TIMERS])))
    for row in first:
        session.execute(update(JobTimer).where(JobTimer.name == row["name"], JobTimer.next_at > row["next_at"]).values(next_at=row["next_at"]))
    outbox.clock_set_back(session, now)


def claim(session: Session, name: str, process: str, now: datetime) -> bool:
    """True for one of those who ask at once."""
    taken = update(JobTimer).where(JobTimer.name == name, JobTimer.next_at <= now, free(now))
    return session.scalar(taken.values(claimed_by=process, started_at=now).returning(JobTimer.name)) is not None


def finish(session: Session, timer: Timer, process: str, outcome: JobOutcome, now: datetime) -> None:
    """Writes down how a run ended, unless another process was given the timer meanwhile."""
    mine = update(JobTimer).where(JobTimer.name == timer.name, JobTimer.claimed_by == process)
    ended = {"ended_at": now, "well": outcome.well, "said": outcome.said[:SAID], "next_at": next_run(timer.schedule, now, outcome.well)}
    session.execute(mine.values(claimed_by=None, **ended))


def release(session: Session, process: str) -> None:
    """A process that begins has no run yet: what one of its name had died with it."""
    session.execute(update(JobTimer).where(JobTimer.claimed_by == process).values(claimed_by=None))


def note_alive(session: Session, process: str, now: datetime) -> None:
    """Records that this process is alive, and forgets those silent for a day."""
    if not insert_once(session, JobProcess, {"name": process, "seen_at": now}):
        session.execute(update(JobProcess).where(JobProcess.name == process).values(seen_at=now))
    forgotten = select(JobProcess.name).where(JobProcess.seen_at < now - 720 * ALIVE).with_for_update(skip_locked=True)
    session.execute(delete(JobProcess).where(JobProcess.name.in_(forgotten)))  # not one that comes back at this very moment, and would forget this one


def remove_process(session: Session, process: str) -> None:
    session.execute(delete(JobProcess).where(JobProcess.name == process))


def ask(session: Session, timer: Timer, actor_id: int, now: datetime) -> None:
    """Due at once. A run that goes on is left to end."""
    session.execute(update(JobTimer).where(JobTimer.name == timer.name).values(next_at=now))
    audit.record(session, actor_id, "job_asked", None, now, travail=timer.label)


# --- What waits to be done, outbox by outbox ---
# How many, and since when the oldest does.


class Queue(Struct, frozen=True):
    name: str
    label: str
    depth: int
    oldest: datetime | None = None


def queues(session: Session, settings: Settings, now: datetime) -> tuple[Queue, ...]:
    return (
        *_mail(session),
        *(_stores(session, settings) if site_of(session).offers("statements") else ()),
        Queue("publications", "Publications programmées", *_count_and_oldest(session, PlannedPublication.planned_at)),
        Queue("figures", "Personnes dont les chiffres sont à mettre à jour", stale_count(session, course(session), now)),
        Queue("syntheses", "Synthèses du cours à refaire", int(anything_missing(session, now))),
    )


def _stores(session: Session, settings: Settings) -> Iterator[Queue]:
    for store in statements_page(session, settings).stores:
        yield Queue(f"statements {store.name}", f"Traces vers {store.title}", store.waiting, store.oldest)


def _mail(session: Session) -> Iterator[Queue]:
    for name, label, which in (
        ("mail", "Courriels en attente", OutgoingMail.state == WAITING),
        ("mail stopped", "Courriels arrêtés, à reprendre ou à abandonner", OutgoingMail.state != WAITING),
    ):
        yield Queue(name, label, *_count_and_oldest(session, OutgoingMail.created_at, which))


def _count_and_oldest(session: Session, since: Any, *which: Any) -> tuple[int, datetime | None]:
    count, oldest = session.execute(select(func.count(), func.min(since)).where(*which)).one()
    return count, oldest
