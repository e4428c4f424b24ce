"""What `/metrics` says: what was counted, and queues and timers as they are when somebody asks. Labels are endpoints, never addresses of pages.

Imported by the view when somebody asks: the library must be read after gunicorn has said where its processes count (`counting.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.authoring.publishing.overdue import anything_due
from app.learner.reference.syntheses.papers import anything_missing
from app.operations.counting import gather_counts
from app.operations.jobs.queries import TimerState, jobs_page
from app.platform import clock
from app.platform.db import db
from app.platform.mail.outbox import STATES, OutgoingMail
from app.platform.settings import Settings


class Measures(Struct, frozen=True):
    """One look, as the library's writer takes it."""

    settings: Settings

    def collect(self) -> Iterable[Metric]:
        yield from gather_counts().collect()
        yield from self._database()

    def _database(self) -> Iterator[Metric]:
        """Where it does not answer, only that is said."""
        found: list[Metric] = []
        try:
            found = list(_waiting(db.session, self.settings))
        except SQLAlchemyError:
            db.session.rollback()
        yield GaugeMetricFamily("croisee_database_up", "La base répond-elle ?", int(bool(found)))
        yield from found


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
        for each in TimerState:
            timers.add_metric([row.timer.name, each.name.lower()], int(row.state is each))
    yield timers
    yield GaugeMetricFamily("croisee_timers_late", "Travaux en retard.", sum(row.state is TimerState.LATE for row in page.rows))
    yield GaugeMetricFamily("croisee_job_processes", "Processus des travaux en marche, sur toutes les machines.", len(page.processes))
