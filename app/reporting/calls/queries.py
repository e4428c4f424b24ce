"""« Les personnes à appeler »: the database ranks people by urgency as `rules.listed` does; one person's page says how to reach them and what was noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.assessment.models import AttemptRequest
from app.content.values.course import Course
from app.identity.models import Person
from app.platform.errors import NotYours
from app.platform.french import capital
from app.platform.mail.outbox import reachable
from app.platform.web.edge import nearest_page
from app.record.figures.store import BILLION
from app.record.progress.models import NEVER, PersonFigures
from app.reporting.calls.models import Call as NotedCall
from app.reporting.calls.rules import ALMOST, HESITATES, WELCOME, LastCall, Urgency, call_reason, urgency_on
from app.reporting.grid.columns import element_title
from app.reporting.grid.rows import PeopleReport, ReportRow
from app.reporting.scope import selection
from app.reporting.scope.filters import ReportFilter
from app.reporting.scope.queries import ReportScope, visible_person

PER_PAGE = 25


class CallLine(Struct, frozen=True):
    """Somebody to call, why, and how: an address where they have one, a number where they gave it."""

    person: ReportRow
    reason: str
    email: str
    phone: str
    called_at: datetime | None
    caller: str
    note: str
    """Of the last call; empty where there was none, or nothing was noted."""

    @property
    def sentence(self) -> str:
        return capital(self.reason)


class CallsPage(Struct, frozen=True):
    """`/pilotage/appels`: all of them, page by page."""

    calls: tuple[CallLine, ...]
    total: int
    first: int
    """The rank of the first of this page."""
    number: int
    last: int
    fields: Mapping[str, str]
    """Arguments of the address: the filter."""
    filter: str
    """In words; empty without one."""
    computed_at: datetime


class NotedLine(Struct, frozen=True):
    at: datetime
    caller: str
    note: str
    again_on: date | None


class CallPage(Struct, frozen=True):
    """How to reach one person, what was noted of them, and the form."""

    id: int
    name: str
    email: str
    phone: str
    reason: str
    """Why they are on today's list; empty where they are not."""
    noted: tuple[NotedLine, ...]
    latest: int
    """Number of the last call that this page shows; 0 for none."""
    computed_at: datetime


_last = aliased(NotedCall)
_caller = aliased(Person)
LATEST_CALL = _last.id.in_(select(func.max(NotedCall.id)).group_by(NotedCall.person_id))


_open = (
    select(AttemptRequest.person_id, func.max(AttemptRequest.asked_at).label("asked_at"))
    .where(AttemptRequest.answered_at.is_(None))
    .group_by(AttemptRequest.person_id)
    .subquery("open_requests")
)
"""When each person asked for one more attempt, of those who still wait."""


def _stands(now: datetime, on: date) -> ColumnElement[int | None]:
    """What their progress alone gives to whoever has not finished; the first that holds."""
    figures, hesitates, never = PersonFigures, _waiting() <= now - HESITATES, PersonFigures.last_at == NEVER
    return case(
        (and_(selection.late(on), hesitates), Urgency.LATE.value),
        (and_(figures.failing_id.is_not(None), hesitates), Urgency.STUMBLES.value),
        (and_(never, figures.opened_at < now - WELCOME), Urgency.NEVER_BEGAN.value),
        (or_(never, ~selection.silent(now)), None),
        (figures.share >= int(ALMOST * BILLION), Urgency.ALMOST_THERE.value),
        else_=Urgency.STOPPED.value,
    )


def _urgency(now: datetime, on: date) -> ColumnElement[int | None]:
    """`rules.listed` of whoever has not finished, as the database tells it; over the rows of the report, the last call of each and what they ask for."""
    asked = _open.c.asked_at
    return case(
        (and_(asked.is_not(None), _last.id.is_(None) | (asked > _last.at)), Urgency.ASKS.value),
        (_last.back_on > on, None),
        (_last.again_on.is_not(None), Urgency.AGREED.value),
        (asked.is_not(None), Urgency.ASKS.value),
        else_=_stands(now, on),
    )


def _waiting() -> ColumnElement[datetime]:
    return case((PersonFigures.last_at > NEVER, PersonFigures.last_at), else_=PersonFigures.opened_at)


def _people_to_call(report: PeopleReport) -> Any:
    """(number, urgency, since when) of everybody on the list of the report's day; never the reader, nobody who has finished."""
    figures, on = PersonFigures, report.scope.on
    one = (
        select(figures.person_id, _urgency(report.now, on).label("urgency"), _waiting().label("waiting"))
        .select_from(figures)
        .outerjoin(_last, (_last.person_id == figures.person_id) & LATEST_CALL)
        .outerjoin(_open, _open.c.person_id == figures.person_id)
        .where(~figures.finished, figures.person_id != report.scope.reader_id, *report.conditions())
    ).subquery()
    return select(one).where(one.c.urgency.is_not(None))


def count(report: PeopleReport) -> int:
    return report.session.scalar(select(func.count()).select_from(_people_to_call(report).subquery())) or 0


def calls(report: PeopleReport, most: int, skipped: int = 0) -> tuple[CallLine, ...]:
    """The most urgent first, then the longest silence. One SELECT."""
    return first_calls(report, most, skipped)[0]


def first_calls(report: PeopleReport, most: int, skipped: int = 0) -> tuple[tuple[CallLine, ...], int]:
    """Returns the first people to call and how many there are in all, in one query."""
    listed = _people_to_call(report).subquery()
    first = (
        select(listed, func.count().over().label("total"))
        .order_by(listed.c.urgency, listed.c.waiting, listed.c.person_id)
        .limit(most)
        .offset(skipped)
        .subquery()
    )
    query = report.select().join(first, first.c.person_id == PersonFigures.person_id)
    query = query.add_columns(
        first.c.urgency, first.c.waiting, first.c.total, Person.email, Person.phone, _last.at.label("called_at"), _last.note, _caller.name.label("caller")
    )
    query = query.outerjoin(_last, (_last.person_id == PersonFigures.person_id) & LATEST_CALL).outerjoin(_caller, _caller.id == _last.actor_id)
    rows = report.session.execute(query.order_by(first.c.urgency, first.c.waiting, first.c.person_id)).all()
    found = tuple(_call(report, person, row) for person, row in zip(report.person_rows(rows), rows, strict=True))
    return found, rows[0].total if rows else 0


def _call(report: PeopleReport, person: ReportRow, row: Any) -> CallLine:
    reason = _reason(report, person, Urgency(row.urgency), row.waiting)
    return CallLine(person, reason, reachable(row.email), row.phone or "", row.called_at, row.caller or "", row.note or "")


def _reason(report: PeopleReport, person: ReportRow, urgency: Urgency, waiting: datetime) -> str:
    quiz, due_on = person.figures.failing_id, person.figures.next_due_on
    title = element_title(report.course, quiz) if quiz else ""
    late = (report.scope.on - due_on).days if due_on else 0
    return call_reason(urgency, person.figures.path, (report.now - waiting).days, title, late)


def calls_page(report: PeopleReport, filter_words: str, number: int) -> CallsPage:
    total = count(report)
    number, last = nearest_page(number, total, PER_PAGE)
    skipped = (number - 1) * PER_PAGE
    return CallsPage(calls(report, PER_PAGE, skipped), total, skipped + 1, number, last, report.filter.fields(), filter_words, report.now)


def call_page(session: Session, course: Course, scope: ReportScope, person_id: int, now: datetime) -> CallPage:
    """Returns the page of a call. Raises NotYours outside the scope and for oneself."""
    person = visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    rows = session.execute(
        select(NotedCall.id, NotedCall.at, Person.name, NotedCall.note, NotedCall.again_on, NotedCall.back_on)
        .join(Person, Person.id == NotedCall.actor_id)
        .where(NotedCall.person_id == person_id)
        .order_by(NotedCall.id.desc())
    ).all()
    noted = tuple(NotedLine(row.at, row.name, row.note, row.again_on) for row in rows)
    last = LastCall(rows[0].at, rows[0].again_on, rows[0].back_on) if rows else None
    reason = _today(PeopleReport(session, course, scope, ReportFilter(), now), person_id, last)
    return CallPage(person.id, person.name, reachable(person.email), person.phone or "", reason, noted, rows[0].id if rows else 0, now)


def _today(report: PeopleReport, person_id: int, last: LastCall | None) -> str:
    """Why the person is on the list; empty where they are not, or where no report holds them."""
    figures = PersonFigures
    facts = (figures.finished, _stands(report.now, report.scope.on).label("stands"), _open.c.asked_at, _waiting().label("waiting"))
    query = report.select().add_columns(*facts).outerjoin(_open, _open.c.person_id == figures.person_id)
    query = query.where(figures.person_id == person_id, *report.conditions())
    rows = report.session.execute(query).all()
    for person, row in zip(report.person_rows(rows), rows, strict=True):
        urgency = urgency_on(row.finished, None if row.stands is None else Urgency(row.stands), row.asked_at, last, report.scope.on)
        return "" if urgency is None else capital(_reason(report, person, urgency, row.waiting))
    return ""
