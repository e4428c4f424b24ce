"""Whom to call and how to reach them, the calls that were noted, and one person's page for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from heapq import nsmallest
from typing import Any
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import Date, ForeignKey, Index, String, Text, case, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column
from wtforms import Field, HiddenField, TextAreaField, ValidationError
from wtforms.validators import Optional

from app.assessment.models import AttemptRequest
from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.emails import HelpRequest
from app.identity.forms import Form
from app.identity.models import Person
from app.identity.rules import REPORTERS
from app.identity.services import lock_person
from app.platform import clock, log
from app.platform.db import Base, BigId, UtcDateTime, db
from app.platform.errors import DomainError, NotYours
from app.platform.french import WEEKDAYS, capital, day_of, first_name, french_date, french_datetime, plural
from app.platform.mail.outbox import reachable
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.edge import DayField, at_most, bounded_int, path_of
from app.platform.web.endpoints import act, page
from app.record.progress.models import NEVER, PersonFigures
from app.reporting.grid.columns import element_title
from app.reporting.grid.rows import PeopleReport, ReportRow
from app.reporting.scope import ReportScope, scope_here, visible_person
from app.reporting.selection import ReportFilter
from app.reporting.week.rules import (
    HESITATES,
    LATEST,
    REST,
    CallFacts,
    CallOutcome,
    CallRank,
    LastCall,
    again_day,
    back_on,
    call_order,
    call_rank,
    reason_words,
)

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
    outcome: Mapped[str] = mapped_column(String(10), default=CallOutcome.CALLED.value, server_default=CallOutcome.CALLED.value)
    """A `CallOutcome`."""
    note: Mapped[str] = mapped_column(Text)
    again_on: Mapped[date | None] = mapped_column(Date)
    """The day that was agreed; None where none was."""
    back_on: Mapped[date] = mapped_column(Date)
    """What `rules.back_on` gives: the list asks for no other."""


# --- What the pages receive ---


class CallLine(Struct, frozen=True):
    """Somebody worth a call, why, and how: a number where they gave one, else a message that is ready to be sent."""

    person: ReportRow
    reason: str
    email: str
    phone: str
    message: str
    """A `mailto:` address, subject and words included; empty for whoever has no address."""
    latest: int
    """Number of the last call that was noted; 0 for none."""
    called_at: datetime | None
    caller: str
    outcome: str
    note: str
    """Of the last call; empty where there was none, or nothing was noted."""

    @property
    def sentence(self) -> str:
        return capital(self.reason)


class NotedLine(Struct, frozen=True):
    at: datetime
    caller: str
    outcome: CallOutcome
    note: str
    again_on: date | None


class CallPage(Struct, frozen=True):
    """How to reach one person, what was noted of them, and the form."""

    id: int
    name: str
    email: str
    phone: str
    message: str
    reason: str
    """Why they are on today's list; empty where they are not."""
    noted: tuple[NotedLine, ...]
    latest: int
    """Number of the last call that this page shows; 0 for none."""
    again_on: date
    computed_at: datetime


_last = aliased(CallRow)
_caller = aliased(Person)
LATEST_CALL = _last.id.in_(select(func.max(CallRow.id)).group_by(CallRow.person_id))


class _Candidate(Struct, frozen=True):
    """Somebody on the list of the day, and their place there."""

    order: tuple[int, int, timedelta]
    person_id: int
    facts: CallFacts
    promised: bool


def _candidates(report: PeopleReport) -> Iterator[_Candidate]:
    """Everybody on the list of the report's day, in no order. One SELECT, which leaves out whoever can be on none.

    Never the reader, nobody who waits for an answer of ours: they stand among what waits.
    """
    figures, on, now = PersonFigures, report.scope.on, report.now
    asks = select(AttemptRequest.person_id).where(AttemptRequest.answered_at.is_(None))
    answered = select(HelpRequest.person_id).where(HelpRequest.closed_at.is_(None))
    quiet = case((figures.last_at > NEVER, figures.last_at), else_=figures.opened_at)
    columns = (figures.person_id, figures.last_at > NEVER, figures.done, figures.required, figures.next_due_on, figures.failing_id)
    query = (
        select(*columns, _last.again_on, _last.back_on, quiet.label("quiet"))
        .outerjoin(_last, (_last.person_id == figures.person_id) & LATEST_CALL)
        .where(~figures.finished, figures.person_id != report.scope.reader_id, figures.person_id.not_in(asks), figures.person_id.not_in(answered))
        .where(or_(quiet <= now - HESITATES, _last.again_on <= on), *report.conditions())
    )
    for number, begun, done, required, due_on, failing, again_on, resting, since in report.session.execute(query):
        late = (on - due_on).days if due_on < on else 0
        facts = CallFacts(begun=begun, done=done, left=required - done, quiet=now - since, late=late, failing=failing or "")
        rank = call_rank(facts, None if resting is None else LastCall(again_on, resting), on)
        if rank is not None:
            yield _Candidate(call_order(rank, facts), number, facts, rank is CallRank.PROMISED)


def first_calls(report: PeopleReport, most: int) -> tuple[tuple[CallLine, ...], int]:
    """Returns the first people to call, in the order of what a call can win, and how many there are in all. Three SELECTs."""
    listed = list(_candidates(report))
    first = nsmallest(most, listed, key=lambda one: (one.order, one.person_id))
    query = report.select().where(PersonFigures.person_id.in_([one.person_id for one in first]))
    query = query.add_columns(
        Person.email, Person.phone, _last.id.label("call_id"), _last.at.label("called_at"), _last.note, _last.outcome, _caller.name.label("caller")
    )
    query = query.outerjoin(_last, (_last.person_id == PersonFigures.person_id) & LATEST_CALL).outerjoin(_caller, _caller.id == _last.actor_id)
    rows = report.session.execute(query).all() if first else []
    found = {row.id: (person, row) for person, row in zip(report.person_rows(rows), rows, strict=True)}
    writer = report.session.scalar(select(Person.name).where(Person.id == report.scope.reader_id)) or ""
    return tuple(_line(report, one, *found[one.person_id], writer) for one in first), len(listed)


def _line(report: PeopleReport, one: _Candidate, person: ReportRow, row: Any, writer: str) -> CallLine:
    failing = element_title(report.course, one.facts.failing) if one.facts.failing else ""
    email = reachable(row.email)
    return CallLine(
        person=person,
        reason=reason_words(one.facts, failing, promised=one.promised),
        email=email,
        phone=row.phone or "",
        message=ready_message(report, person, email, writer),
        latest=row.call_id or 0,
        called_at=row.called_at,
        caller=row.caller or "",
        outcome=row.outcome or CallOutcome.CALLED.value,
        note=row.note or "",
    )


def ready_message(report: PeopleReport, person: ReportRow, email: str, writer: str) -> str:
    """A `mailto:` address that opens a letter to be read over and sent; empty without an address."""
    if not email:
        return ""
    site, figures = current_site().name, person.figures
    left = figures.path.required - figures.path.done
    path = report.calculator.paths.get(figures.path_id)
    whole = f"le parcours « {path.title} »" if path else "votre parcours"
    following = f" La suite : « {element_title(report.course, figures.next_id)} »." if figures.next_id else ""
    said = f"Il vous reste {plural(left, 'étape')} pour terminer {whole}.{following}"
    parts = (
        f"Bonjour {first_name(person.name)},",
        said,
        current_settings().address_of(path_of("learning.home")),
        "Qu’est-ce qui vous aiderait à avancer ?",
        writer,
    )
    text = "\r\n\r\n".join(filter(None, parts))
    return f"mailto:{quote(email, safe='@')}?subject={quote(f'{site} : votre parcours')}&body={quote(text)}"


def call_page(session: Session, course: Course, scope: ReportScope, person_id: int, now: datetime) -> CallPage:
    """Returns the page of a call. Raises NotYours outside the scope and for oneself."""
    person = visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    rows = session.execute(
        select(CallRow.id, CallRow.at, Person.name, CallRow.outcome, CallRow.note, CallRow.again_on)
        .join(Person, Person.id == CallRow.actor_id)
        .where(CallRow.person_id == person_id)
        .order_by(CallRow.id.desc())
    ).all()
    noted = tuple(NotedLine(row.at, row.name, CallOutcome(row.outcome), row.note, row.again_on) for row in rows)
    report = PeopleReport(session, course, scope, ReportFilter(people=(person_id,)), now)
    line = next(iter(first_calls(report, 1)[0]), None)
    return CallPage(
        id=person.id,
        name=person.name,
        email=reachable(person.email),
        phone=person.phone or "",
        message=line.message if line else "",
        reason=line.sentence if line else "",
        noted=noted,
        latest=rows[0].id if rows else 0,
        again_on=again_day(scope.on),
        computed_at=now,
    )


# --- Noting a call ---
# Flushes, never commits.


class CalledMeanwhile(DomainError):
    """Somebody else noted a call since the page was read."""


class CallNote(Struct, frozen=True):
    """What a reader says of a person on the list."""

    outcome: CallOutcome
    words: str = ""
    again_on: date | None = None


def note_call(session: Session, scope: ReportScope, person_id: int, note: CallNote, seen: int, now: datetime) -> CallRow:
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
    row = CallRow(
        person_id=person_id,
        actor_id=scope.reader_id,
        at=now,
        outcome=note.outcome.value,
        note=note.words,
        again_on=note.again_on,
        back_on=back_on(note.outcome, day_of(now), note.again_on),
    )
    session.add(row)
    session.flush()
    log.event("call_noted", actor=scope.reader_id, person=person_id)
    return row


def follow_merge(session: Session, kept: int, gone: int) -> None:
    session.execute(update(CallRow).where(CallRow.person_id == gone).values(person_id=kept))
    session.execute(update(CallRow).where(CallRow.actor_id == gone).values(actor_id=kept))


# --- The form of a call ---


def _number(text: str | None) -> int:
    try:
        return bounded_int(text or "0")
    except ValueError:
        return 0


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


# --- `/pilotage/personnes/<id>/appels` ---
# The access journal notes what names somebody by `person_id`.

blueprint = Blueprint("calls", __name__, url_prefix="/pilotage/personnes/<int:person_id>")


@blueprint.get("/appels")
@page(who=REPORTERS, names_people="Page pour vous appeler, dans le pilotage")
def call(person_id: int) -> str:
    now = clock.now()
    return _call_page(person_id, CallForm(day_of(now), formdata=None), now)


def _call_page(person_id: int, form: CallForm, now: datetime) -> str:
    page = call_page(db.session, course(db.session), scope_here(now), person_id, now)
    form.seen.data = str(page.latest)
    return render_template("reporting/week/call.html", page=page, form=form)


@blueprint.post("/appels")
@act(who=REPORTERS, names_people="Un appel noté à votre sujet, que vous lisez dans vos données")
def note(person_id: int) -> ResponseReturnValue:
    now = clock.now()
    form, scope = CallForm(day_of(now)), scope_here(now)
    written = CallNote(CallOutcome.CALLED, form.note.data or "", form.again_on.data)
    if not form.validate() or not form.accept(lambda: note_call(db.session, scope, person_id, written, _number(form.seen.data), now)):
        return _call_page(person_id, form, now), 422
    flash("Appel noté. La personne le lit dans ses données.", "success")
    db.session.commit()
    return redirect(url_for("week.index"), 303)


@blueprint.post("/suite")
@act(who=REPORTERS, names_people="Un appel noté à votre sujet, que vous lisez dans vos données")
def mark(person_id: int) -> ResponseReturnValue:
    """One of the three buttons beside a name. What somebody else noted meanwhile is shown first, and nothing is written over it."""
    now, said = clock.now(), request.form.get("outcome", "")
    if said not in set(CallOutcome):
        raise NotYours
    outcome, scope = CallOutcome(said), scope_here(now)
    again_on = again_day(scope.on) if outcome is CallOutcome.AGAIN else None
    try:
        row = note_call(db.session, scope, person_id, CallNote(outcome, again_on=again_on), _number(request.form.get("seen")), now)
    except CalledMeanwhile:
        flash("Quelqu’un a noté un appel à cette personne depuis que vous avez ouvert la liste : lisez-le avant d’y ajouter.", "warning")
        return redirect(url_for("calls.call", person_id=person_id), 303)
    name = db.session.get_one(Person, person_id).name
    told = {CallOutcome.CALLED: "Appel noté", CallOutcome.AGAIN: "C’est noté", CallOutcome.LATER: "Pas maintenant, c’est noté"}[outcome]
    unless = "" if again_on else ", si rien n’a bougé"
    flash(f"{told} : {name} revient dans la liste le {WEEKDAYS[row.back_on.weekday()]} {french_date(row.back_on)}{unless}.", "success")
    db.session.commit()
    return redirect(url_for("week.index"), 303)
