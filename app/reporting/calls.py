"""« Les personnes à appeler »: who should be called today and why, and the calls that were noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import IntEnum
from fractions import Fraction
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import ColumnElement, Date, ForeignKey, Index, Text, and_, case, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column
from wtforms import Field, HiddenField, TextAreaField, ValidationError
from wtforms.validators import Optional

from app.assessment.models import AttemptRequest
from app.content.store.queries import course
from app.content.values.course import Course
from app.identity import audit
from app.identity.forms import Form
from app.identity.models import Person
from app.identity.rules import REPORTERS
from app.identity.services import lock_person
from app.identity.sign_in.guards import current_person
from app.platform import clock, log
from app.platform.db import Base, BigId, UtcDateTime, db
from app.platform.errors import DomainError, NotYours
from app.platform.french import capital, day_of, french_date, french_datetime, plural
from app.platform.mail.outbox import reachable
from app.platform.web.edge import DayField, at_most, bounded_int, nearest_page
from app.platform.web.endpoints import act, page
from app.record.figures.store import BILLION, begin_report
from app.record.progress.models import NEVER, PersonFigures
from app.record.progress.rules import Progress
from app.reporting import selection
from app.reporting.grid.columns import element_title
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import PeopleReport, ReportRow
from app.reporting.person import waiting_today
from app.reporting.scope import ReportScope, scope_here, visible_person
from app.reporting.selection import ReportFilter, read_filter

# --- Whom to call today, and why ---
# A recorded call leaves the person in peace for a while. Pure.

FIRST_CALLS = 5
"""How many the overview and the weekly summary name."""
HESITATES = timedelta(days=7)
"""Without anything done for so long, a quiz that was not passed is a reason to call; so is a due date that has gone."""
WELCOME = timedelta(days=14)
"""How long one may take to begin before somebody calls."""
ALMOST = Fraction(4, 5)
"""From this share on, a person is almost there."""
REST = timedelta(days=14)
"""After a call without a date to call again, how long nobody else calls."""
LATEST = timedelta(days=180)
"""How far ahead one may say to call again."""


class Urgency(IntEnum):
    """Why somebody should call a person, the most urgent first. The database works it out (`_urgency`)."""

    ASKS = 0
    AGREED = 1
    LATE = 2
    STUMBLES = 3
    ALMOST_THERE = 4
    STOPPED = 5
    NEVER_BEGAN = 6


class LastCall(Struct, frozen=True):
    """When somebody was last called, and what was agreed."""

    at: datetime
    again_on: date | None
    back_on: date


def back_on(called_on: date, again_on: date | None) -> date:
    """The first day when the person may be on the list again."""
    return again_on or called_on + REST


def urgency_on(finished: bool, stands: Urgency | None, asked_at: datetime | None, last: LastCall | None, on: date) -> Urgency | None:
    """Is the person on the list of that day, and why? None: not today.

    `stands`: what their progress alone gives; `asked_at`: when they asked for one more attempt, and still wait. What somebody asks after a call is
    new; all else rests until the day that was agreed, or for a fortnight.
    """
    if finished:
        return None
    if asked_at is not None and (last is None or asked_at > last.at):
        return Urgency.ASKS
    if last is not None and last.back_on > on:
        return None
    if last is not None and last.again_on is not None:
        return Urgency.AGREED
    return Urgency.ASKS if asked_at is not None else stands


def call_reason(urgency: Urgency, progress: Progress, days: int, failing: str, late: int = 0) -> str:
    """Says why to call. `days`: since their last act, or since the account opened; `failing`: title of a quiz not passed;
    `late`: days since the due date.
    """
    left = progress.required - progress.done
    return {
        Urgency.ASKS: "demande une tentative de plus et attend la réponse",
        Urgency.AGREED: f"à rappeler, comme convenu : {plural(left, 'étape')} à faire, rien depuis {plural(days, 'jour')}",
        Urgency.LATE: f"en retard de {plural(late, 'jour')} : {plural(left, 'étape')} à faire, rien depuis {plural(days, 'jour')}",
        Urgency.STUMBLES: f"bute sur « {failing} », sans rien faire depuis {plural(days, 'jour')}",
        Urgency.ALMOST_THERE: f"presque au bout : {plural(left, 'étape')} à faire, rien depuis {plural(days, 'jour')}",
        Urgency.STOPPED: f"à l’arrêt depuis {plural(days, 'jour')}",
        Urgency.NEVER_BEGAN: f"n’a pas commencé, compte ouvert depuis {plural(days, 'jour')}",
    }[urgency]


# --- The calls that were noted ---

NOTE_LENGTH = 300


class CallRow(Base):
    """Appended, never changed: the last one of a person says when they may be on the list again."""

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_person_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    note: Mapped[str] = mapped_column(Text)
    again_on: Mapped[date | None] = mapped_column(Date)
    """The day that was agreed; None where none was."""
    back_on: Mapped[date] = mapped_column(Date)
    """What `back_on` gives: the list asks for no other."""


# --- What the pages receive ---
# The database ranks people by urgency as `urgency_on` does.

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
    """`/pilotage`: all of them, page by page."""

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


_last = aliased(CallRow)
_caller = aliased(Person)
LATEST_CALL = _last.id.in_(select(func.max(CallRow.id)).group_by(CallRow.person_id))


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
    """`urgency_on` of whoever has not finished, as the database works it out, over the rows of the report, the last call of each and what they ask for."""
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


def first_calls(report: PeopleReport, most: int, skipped: int = 0) -> tuple[tuple[CallLine, ...], int]:
    """Returns the first people to call, the most urgent first, then the longest silence, and how many there are in all, where somebody is left. One SELECT."""
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
    number = max(1, number)
    skipped = (number - 1) * PER_PAGE
    found, total = first_calls(report, PER_PAGE, skipped)
    if skipped and not found:  # past the last page, which alone asks for a count of its own
        return calls_page(report, filter_words, nearest_page(number, count(report), PER_PAGE)[0])
    _, last = nearest_page(number, total, PER_PAGE)
    return CallsPage(found, total, skipped + 1, number, last, report.filter.fields(), filter_words, report.now)


def call_page(session: Session, course: Course, scope: ReportScope, person_id: int, now: datetime) -> CallPage:
    """Returns the page of a call. Raises NotYours outside the scope and for oneself."""
    person = visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    rows = session.execute(
        select(CallRow.id, CallRow.at, Person.name, CallRow.note, CallRow.again_on, CallRow.back_on)
        .join(Person, Person.id == CallRow.actor_id)
        .where(CallRow.person_id == person_id)
        .order_by(CallRow.id.desc())
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


# --- Noting a call ---
# Flushes, never commits.


class CalledMeanwhile(DomainError):
    """Somebody else noted a call since the page was read."""


def note_call(session: Session, scope: ReportScope, person_id: int, words: str, again_on: date | None, seen: int, now: datetime) -> CallRow:
    """`seen`: the last call that the reader's page showed. Beyond scope, or of oneself: NotYours. Raises CalledMeanwhile."""
    visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    lock_person(session, person_id)
    last = session.execute(
        select(CallRow.id, CallRow.at, Person.name)
        .join(Person, Person.id == CallRow.actor_id)
        .where(CallRow.person_id == person_id)
        .order_by(CallRow.id.desc())
        .limit(1)
    ).first()
    if last and last.id > seen:
        said = f"{last.name} a noté un appel à cette personne le {french_datetime(last.at)} : lisez-le ci-dessous."
        raise CalledMeanwhile(f"{said} Votre note est restée ; enregistrez-la encore une fois si elle ajoute quelque chose.")
    row = CallRow(person_id=person_id, actor_id=scope.reader_id, at=now, note=words, again_on=again_on, back_on=back_on(day_of(now), again_on))
    session.add(row)
    session.flush()
    log.event("call_noted", actor=scope.reader_id, person=person_id)
    return row


def follow_merge(session: Session, kept: int, gone: int) -> None:
    session.execute(update(CallRow).where(CallRow.person_id == gone).values(person_id=kept))
    session.execute(update(CallRow).where(CallRow.actor_id == gone).values(actor_id=kept))


# --- The form of a call ---


class CallForm(Form):
    note = TextAreaField(
        "Ce qui a été dit",
        description="Quelques mots pour reprendre le fil, rien de plus : la personne les lit dans ses données.",
        filters=[lambda text: (text or "").strip()],
        validators=[at_most(NOTE_LENGTH)],
    )
    again_on = DayField(
        "Rappeler le", description=f"Sans date, la personne ne revient dans la liste que dans {REST.days} jours, si rien n’a bougé.", validators=[Optional()]
    )
    seen = HiddenField()

    def __init__(self, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.today = today

    def validate_again_on(self, field: Field) -> None:
        if field.data and not self.today < field.data <= self.today + LATEST:
            raise ValidationError(f"Une date après aujourd’hui, et avant le {french_date(self.today + LATEST)}.")

    @property
    def last_seen(self) -> int:
        try:
            return bounded_int(self.seen.data or "0")
        except ValueError:
            return 0


# --- `/pilotage`, and `/pilotage/personnes/<id>/appels` for one person ---

blueprint = Blueprint("calls", __name__, url_prefix="/pilotage")


@blueprint.get("")
@page(who=REPORTERS, names_people="Liste des personnes à appeler où vous figurez")
def index() -> str:
    now = clock.now()
    published = begin_report(db.session, now)
    scope = scope_here(now)
    report = PeopleReport(db.session, published, scope, read_filter(request.args, scope, published).of_people(), now)
    page = calls_page(report, filter_words(report, ordered=False) if report.filter.fields() else "", request.args.get("page", 1, bounded_int))
    audit.record_access([call.person.id for call in page.calls], "calls.index", now)
    return render_template("reporting/calls/calls.html", page=page, waiting=waiting_today(db.session, current_person(), now))


# The access journal notes those whose address names somebody by `person_id`.


@blueprint.get("/personnes/<int:person_id>/appels")
@page(who=REPORTERS, names_people="Page pour vous appeler, dans le pilotage")
def call(person_id: int) -> str:
    now = clock.now()
    return _call_page(person_id, CallForm(day_of(now), formdata=None), now)


def _call_page(person_id: int, form: CallForm, now: datetime) -> str:
    page = call_page(db.session, course(db.session), scope_here(now), person_id, now)
    form.seen.data = str(page.latest)
    return render_template("reporting/calls/call.html", page=page, form=form)


@blueprint.post("/personnes/<int:person_id>/appels")
@act(who=REPORTERS, names_people="Un appel noté à votre sujet, que vous lisez dans vos données")
def note(person_id: int) -> ResponseReturnValue:
    now = clock.now()
    form, scope = CallForm(day_of(now)), scope_here(now)
    words, again_on = form.note.data or "", form.again_on.data
    if not form.validate() or not form.accept(lambda: note_call(db.session, scope, person_id, words, again_on, form.last_seen, now)):
        return _call_page(person_id, form, now), 422
    flash("Appel noté. La personne le lit dans ses données.", "success")
    db.session.commit()
    return redirect(url_for("calls.index"), 303)
