"""The timers of the site: when each runs next, its stored row, which are due, and what their page receives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from enum import Enum

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, String, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.authoring.publishing.overdue import anything_due
from app.exchange.statements.queries import statements_due
from app.features import feature_of_command
from app.learner.reference.syntheses.papers import anything_missing
from app.learner.slots import anyone_to_remind
from app.platform.db import Base, UtcDateTime
from app.platform.french import WEEKDAYS, zone
from app.platform.mail import outbox
from app.platform.settings import Settings
from app.platform.site import site_of
from app.record.figures.store import anything_stale

RETRY = timedelta(minutes=15)
"""After a failure, where the schedule itself would wait longer."""
LATE = timedelta(minutes=10)
"""A timer that has been due for longer shows that nothing runs it."""


class TimerState(Enum):
    """Where a timer stands, for whoever runs the site."""

    RUNNING = "en cours"
    OFF = "sans objet"
    """Something that it needs is not set up."""
    LATE = "en retard"
    FAILED = "en échec"
    WELL = "à jour"


class WhenThere(Struct, frozen=True):
    """A timer that runs as soon as there is work, at most once in `pause` minutes."""

    pause: int = 1

    def after(self, now: datetime) -> datetime:
        return now + timedelta(minutes=self.pause)

    @property
    def words(self) -> str:
        return "dès qu’il y en a"


class At(Struct, frozen=True):
    """Each day at an hour, or on one day of the week (0: Monday)."""

    hour: int
    minute: int = 0
    weekday: int | None = None

    def after(self, now: datetime) -> datetime:
        """The first such moment later than `now`. An hour that a change of clocks skips is taken an hour later."""
        today = now.astimezone(zone()).date()
        days = (today + timedelta(days=n) for n in range(9))
        moments = (datetime.combine(day, time(self.hour, self.minute), zone()).astimezone(now.tzinfo) for day in days if self.weekday in (None, day.weekday()))
        return next(moment for moment in moments if moment > now)

    @property
    def words(self) -> str:
        day = "chaque jour" if self.weekday is None else f"le {WEEKDAYS[self.weekday]}"
        return f"{day} à {self.hour} h" + (f" {self.minute:02}" if self.minute else "")


Schedule = WhenThere | At


def next_run(schedule: Schedule, now: datetime, well: bool) -> datetime:
    """When a run that ended at `now` is followed by the next: sooner where it failed."""
    regular = schedule.after(now)
    return regular if well else min(regular, now + RETRY)


def state(*, needs: str, claimed: bool, well: bool | None, next_at: datetime, wanted: bool, now: datetime) -> TimerState:
    """`needs`: what is missing; `wanted`: is there something to do; `well`: how the last run ended, None before the first."""
    if claimed:
        return TimerState.RUNNING
    if needs:
        return TimerState.OFF
    if wanted and next_at + LATE < now:
        return TimerState.LATE
    return TimerState.FAILED if well is False else TimerState.WELL


# --- The rows of the timers, and of the processes that run them ---
# Nothing of people.

SAID = 300
"""Characters of what a run said that are kept."""


class JobTimer(Base):
    """One timer: when it is due, who runs it now, how its last run ended."""

    __tablename__ = "job_timer"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(120))
    """The process that runs it, as long as that process is seen alive."""
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    well: Mapped[bool | None]
    said: Mapped[str] = mapped_column(String(SAID), default="")


class JobProcess(Base):
    """A process that runs timers, one a host: when it was last seen alive."""

    __tablename__ = "job_process"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


# --- The list of timers ---
# Each is a command that an operator can also run by hand, harmless at any time and on two machines at once.


def _nothing(_settings: Settings) -> str:
    return ""


def _mail_server(settings: Settings) -> str:
    return "" if settings.smtp_host else "Aucun serveur de courriel n’est réglé."


def _mail_with_links(settings: Settings) -> str:
    return _mail_server(settings) or ("" if settings.site_url else "L’adresse publique du site n’est pas réglée.")


def _bounces(settings: Settings) -> str:
    return _mail_server(settings) or ("" if settings.bounces else "Aucune boîte de retours n’est réglée (CROISEE_BOUNCES).")


def _backup_folder(settings: Settings) -> str:
    return "" if settings.backups else "Aucun dossier de sauvegarde n’est réglé (CROISEE_BACKUPS)."


def _stores(settings: Settings) -> str:
    if not settings.lrs:
        return "Aucun entrepôt de traces n’est réglé ([lrs.…] de settings.toml)."
    return "" if settings.site_url else "L’adresse publique du site n’est pas réglée."


def _repository(settings: Settings) -> str:
    return "" if settings.git else "Aucun dépôt n’est réglé ([git] de settings.toml)."


def _always(_session: Session, _now: datetime) -> bool:
    return True


class Timer(Struct, frozen=True):
    name: str
    label: str
    command: tuple[str, ...]
    """What follows `flask --app app`."""
    schedule: Schedule
    needs: Callable[[Settings], str] = _nothing
    """What is missing for it to run, in a sentence; empty: nothing."""
    wanted: Callable[[Session, datetime], bool] = _always
    """Is there something to do? Asked before each run, so that an idle site starts nothing."""

    @property
    def feature(self) -> str:
        """What its command belongs to: off, it neither runs nor is told."""
        return feature_of_command(self.command)


TIMERS = (
    Timer("mail", "Courriels en attente", ("mail", "send"), WhenThere(), _mail_server, outbox.anything_due),
    Timer("statements", "Traces vers les entrepôts (LRS)", ("statements", "send"), WhenThere(), _stores, statements_due),
    Timer("git", "Dépôt du cours", ("git", "follow"), WhenThere(5), _repository),
    Timer("publications", "Publications programmées", ("atelier", "publish-due"), WhenThere(), wanted=anything_due),
    Timer("figures", "Chiffres à mettre à jour après une publication", ("learning", "settle"), WhenThere(), wanted=anything_stale),
    Timer("syntheses", "Synthèses du cours en PDF", ("syntheses", "make"), WhenThere(5), wanted=anything_missing),
    Timer("slots", "Rappels des rendez-vous de lecture", ("slots", "remind"), WhenThere(5), _mail_with_links, anyone_to_remind),
    Timer("holidays", "Pauses de vacances de la révision", ("review", "pause"), At(0, 30)),
    Timer("backup", "Sauvegarde de la nuit", ("backups",), At(3, 15), _backup_folder),
    Timer("purge", "Durées de conservation", ("privacy", "purge"), At(3, 40)),
    Timer("quality", "Chiffres de la qualité", ("quality", "settle"), At(4)),
    Timer("images", "Images et archives oubliées", ("atelier", "forget-images"), At(4, 20, weekday=6)),
    Timer("drill", "Exercice de restauration", ("drill",), At(4, 40, weekday=6), _backup_folder),
    Timer("links", "Liens du cours", ("library", "watch"), At(5, 10)),
    Timer("bounces", "Courriels revenus", ("mail", "send"), At(7), _bounces),
    Timer("reminders", "Rappels et courriel du lundi", ("reminders", "send"), At(8), _mail_with_links),
    Timer("letters", "Lettres de la semaine", ("letters", "send"), At(8, 15), _mail_with_links),
    Timer("meetings", "Rappels des rencontres du lendemain", ("meetings", "remind"), At(8, 30), _mail_with_links),
)
"""In the order of a day."""


def timers_on(session: Session) -> tuple[Timer, ...]:
    """Those whose feature is on."""
    site = site_of(session)
    return tuple(each for each in TIMERS if site.offers(each.feature))


def timer(name: str) -> Timer | None:
    return next((each for each in TIMERS if each.name == name), None)


# --- What is due, and how the timers stand ---

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
        if found and site_of(session).offers(found.feature) and not found.needs(settings) and found.wanted(session, now):
            yield found


def jobs_page(session: Session, settings: Settings, now: datetime) -> JobsPage:
    kept = {row.name: row for row in session.scalars(select(JobTimer))}
    running = tuple(session.scalars(alive(now).order_by(JobProcess.name)))
    rows = tuple(_row(each, kept.get(each.name), running, each.needs(settings), each.wanted(session, now), now) for each in timers_on(session))
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
