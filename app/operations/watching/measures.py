"""What `/metrics` tells: what was counted, and queues and timers as they are when somebody asks. Labels are endpoints, never addresses of pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.authoring.publishing.due import anything_due
from app.learner.reference.syntheses.services import anything_missing
from app.operations.jobs.queries import jobs_page
from app.operations.jobs.rules import State
from app.operations.watching import counters
from app.operations.watching.counters import BOUNDS, BUCKETS, IN_USE, OPEN, PRESENT, SECONDS, STATUSES
from app.platform import clock
from app.platform.db import db
from app.platform.mail.models import STATES, OutgoingMail
from app.platform.settings import Settings


class Measures(Struct, frozen=True):
    """One look, as the library's writer takes it."""

    endpoints: tuple[str, ...]
    settings: Settings

    def collect(self) -> Iterable[Metric]:
        yield from self._requests()
        here = counters.here()
        yield GaugeMetricFamily("croisee_processes", "Processus de ce serveur qui répondent.", here.total(PRESENT))
        connections = GaugeMetricFamily("croisee_database_connections", "Connexions de ces processus à la base.", labels=["state"])
        connections.add_metric(["open"], here.total(OPEN))
        connections.add_metric(["in_use"], here.total(IN_USE))
        yield connections
        yield from self._database()

    def _requests(self) -> Iterator[Metric]:
        counted = CounterMetricFamily("croisee_requests", "Demandes auxquelles il a été répondu.", labels=["endpoint", "status"])
        durations = HistogramMetricFamily("croisee_request_duration_seconds", "Temps passé à répondre.", labels=["endpoint"], unit="seconds")
        for number, endpoint in enumerate(self.endpoints):
            row = counters.here().row(number)
            for status, count in zip(STATUSES, row, strict=False):
                if count:
                    counted.add_metric([endpoint, status], count)
            if any(row[BUCKETS:]):
                durations.add_metric([endpoint], _cumulated(row[BUCKETS:]), row[SECONDS])
        return iter((counted, durations))

    def _database(self) -> Iterator[Metric]:
        """Where it does not answer, only that is said."""
        found: list[Metric] = []
        try:
            found = list(_waiting(db.session, self.settings))
        except SQLAlchemyError:
            db.session.rollback()
        yield GaugeMetricFamily("croisee_database_up", "La base répond-elle ?", int(bool(found)))
        yield from found


def _cumulated(buckets: list[float]) -> list[tuple[str, float]]:
    names = [*map(str, BOUNDS), "+Inf"]
    return [(name, sum(buckets[: place + 1])) for place, name in enumerate(names)]


def _waiting(session: Session, settings: Settings) -> Iterator[Metric]:
    now = clock.now()
    letters = dict(session.execute(select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state)).all())
    mail = GaugeMetricFamily("croisee_mail_letters", "Courriels qui ne sont pas partis, par état.", labels=["state"])
    for state in STATES:
        mail.add_metric([state], letters.get(state, 0))
    yield mail
    due = GaugeMetricFamily("croisee_work_due", "Y a-t-il quelque chose à faire ?", labels=["queue"])
    due.add_metric(["publications"], int(anything_due(session, now)))
    due.add_metric(["syntheses"], int(anything_missing(session, now)))
    yield due
    page = jobs_page(session, settings, now)
    timers = GaugeMetricFamily("croisee_timer_state", "État de chaque travail : 1 pour celui où il est.", labels=["timer", "state"])
    for row in page.rows:
        for each in State:
            timers.add_metric([row.timer.name, each.name.lower()], int(row.state is each))
    yield timers
    yield GaugeMetricFamily("croisee_timers_late", "Travaux en retard.", sum(row.state is State.LATE for row in page.rows))
    yield GaugeMetricFamily("croisee_job_processes", "Processus des travaux en marche, sur toutes les machines.", len(page.processes))
