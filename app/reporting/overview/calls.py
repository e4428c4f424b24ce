"""« Les personnes à appeler »: the database ranks people by urgency and finds the few most urgent, the rules put the rank into words."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import and_, case, select

from app.assessment.models import AttemptRequest
from app.learning.figures.store import BILLION
from app.learning.progress.models import NEVER, PersonFigures
from app.reporting.grid.columns import element_title
from app.reporting.grid.rows import PeopleReport, ReportRow
from app.reporting.scope import selection
from app.reporting.scope.rules import ALMOST, HESITATES, MOST_CALLS, WELCOME, PathSituation, Urgency, call_reason


class Call(NamedTuple):
    """Somebody to call, and why."""

    person: ReportRow
    reason: str

    @property
    def sentence(self) -> str:
        return self.reason[0].upper() + self.reason[1:]


def calls(report: PeopleReport) -> tuple[Call, ...]:
    """The most urgent first, then the longest silence; never the reader. Nobody who has finished. One SELECT."""
    figures, now = PersonFigures, report.now
    asks = figures.person_id.in_(select(AttemptRequest.person_id).where(AttemptRequest.answered_at.is_(None)))
    waiting = case((figures.last_at > NEVER, figures.last_at), else_=figures.opened_at)
    situation = selection.situation_at(now)
    stuck = situation == PathSituation.STUCK.value
    urgency = case(
        (figures.finished, None),
        (asks, Urgency.ASKS.value),
        (and_(figures.failing_id.is_not(None), waiting <= now - HESITATES), Urgency.STUMBLES.value),
        (and_(stuck, figures.share >= int(ALMOST * BILLION)), Urgency.ALMOST_THERE.value),
        (stuck, Urgency.STOPPED.value),
        (and_(situation == PathSituation.NOT_STARTED.value, figures.opened_at < now - WELCOME), Urgency.NEVER_BEGAN.value),
    )
    people = selection.conditions(report.scope, report.filter, now)
    each = select(figures.person_id, urgency.label("urgency"), waiting.label("waiting")).where(*people).subquery()
    others = select(each).where(each.c.urgency.is_not(None), each.c.person_id != report.scope.reader_id)
    first = others.order_by(each.c.urgency, each.c.waiting, each.c.person_id).limit(MOST_CALLS).subquery()
    query = report.select().add_columns(first.c.urgency, first.c.waiting).join(first, first.c.person_id == figures.person_id)
    rows = report.session.execute(query.order_by(first.c.urgency, first.c.waiting, first.c.person_id)).all()
    return tuple(Call(person, _reason(report, person, row)) for person, row in zip(report.person_rows(rows), rows, strict=True))


def _reason(report: PeopleReport, person: ReportRow, row: Any) -> str:
    quiz = person.figures.failing_id
    title = element_title(report.course, quiz) if quiz else ""
    return call_reason(Urgency(row.urgency), person.figures.path, (report.now - row.waiting).days, title)
