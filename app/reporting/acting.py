"""Acting for several people at once, chosen in the grid: reminding them, putting them into a cohort, changing their due date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired

from app.content.store.queries import course
from app.content.values.course import Course
from app.identity import audit, emails
from app.identity.forms import Form
from app.identity.rules import DECIDERS
from app.identity.services import SignedIn
from app.identity.sign_in.guards import current_person
from app.platform import clock, log
from app.platform.db import db, insert_once
from app.platform.errors import NotYours
from app.platform.french import plural
from app.platform.mail import outbox
from app.platform.mail.emails import REMINDER
from app.platform.mail.outbox import current_words
from app.platform.settings import Settings, current_settings
from app.platform.web import endpoints
from app.platform.web.edge import bounded_int
from app.record import enrolment, services
from app.record.figures.store import begin_report
from app.record.progress.models import Cohort
from app.reporting.grid.queries import ACTS, filter_in_words
from app.reporting.grid.rows import PeopleReport
from app.reporting.person import DueForm
from app.reporting.reminders.models import Reminder
from app.reporting.reminders.plan import AuthorNote, Recipient, compose, paragraphs, recipients_of
from app.reporting.reminders.rules import LONGEST, stop_today, words_fault
from app.reporting.scope import ReportScope, scope_here
from app.reporting.scope_rules import MOST_CHOSEN
from app.reporting.selection import ReportFilter, read_filter, read_people

# --- What may be done, and why not for some of them ---
# Pure.


class GroupAct(StrEnum):
    """The words of the address (`?acte=`) are the values."""

    REMIND = "rappel"
    COHORT = "cohorte"
    DUE = "echeance"
    FILE = "fichier"


class ActOutcome(Struct, frozen=True):
    """For whom the act is done, and for how many it is not, by reason."""

    concerned: tuple[int, ...]
    refused: tuple[tuple[str, int], ...]


def outcome(reasons: Mapping[int, str | None]) -> ActOutcome:
    """`reasons`: why not, by person; None where nothing stands against it."""
    counted = Counter(reason for reason in reasons.values() if reason)
    return ActOutcome(tuple(person for person, reason in reasons.items() if reason is None), tuple(sorted(counted.items(), key=_most_first)))


def _most_first(line: tuple[str, int]) -> tuple[int, str]:
    return -line[1], line[0]


def everybody_but(reader_id: int, people: Iterable[int]) -> dict[int, str | None]:
    """Marks the reader as excluded: nobody decides for themselves."""
    return {person: "c’est vous" if person == reader_id else None for person in people}


# --- The page that confirms: for how many, for whom, and for whom not ---

SHOWN = 100


class ChoicePage(Struct, frozen=True):
    act: GroupAct
    words: str
    asked: tuple[str, ...]
    total: int
    too_many: int
    """The most that one act takes, where these are more; else 0."""
    outcome: ActOutcome
    names: tuple[tuple[int, str], ...]
    """Of the first of those concerned."""
    fields: Mapping[str, str]
    """The filter, as the address of the grid writes it."""
    changed: bool
    """They are not as many as when the sender read this page."""
    mail_works: bool
    form: Form | None

    @property
    def people(self) -> tuple[int, ...]:
        return tuple(number for number, _name in self.names)


def act_of(arguments: Mapping[str, str]) -> GroupAct:
    """Raises NotYours for what is no act."""
    given = arguments.get("acte", GroupAct.REMIND.value)
    if given not in set(GroupAct):
        raise NotYours
    return GroupAct(given)


def chosen_filter(arguments: MultiDict[str, str], scope: ReportScope, course: Course) -> ReportFilter:
    """The whole filter, or the people that were ticked, or those of the page: then these alone, whatever the filter says meanwhile."""
    wanted = replace(read_filter(arguments, scope, course).ensure_understood(), after="")
    who = arguments.get("qui", "")
    if who not in ("coches", "page"):
        return wanted
    people = read_people(arguments.getlist("p") if who == "coches" else arguments.get("page", "").split(","))
    return ReportFilter(people=people, module=wanted.module, order=wanted.order)


def named_people(report: PeopleReport, *, named: bool) -> list[int]:
    """Everybody chosen. Whoever was named and is not the reader's to see does not exist: NotYours."""
    people = list(report.people())
    if named and len(people) != len(report.filter.people):
        raise NotYours
    return people


def nobody(wanted: ReportFilter, arguments: Mapping[str, str]) -> bool:
    """Was nobody ticked?"""
    return arguments.get("qui", "") in ("coches", "page") and not wanted.people


def outcome_of(report: PeopleReport, act: GroupAct, people: list[int]) -> tuple[ActOutcome, Mapping[int, Recipient]]:
    """Returns for whom the act can be done and, for reminders, what the emails are written from."""
    reasons = everybody_but(report.scope.reader_id, people)
    if act is GroupAct.FILE:
        return outcome(dict.fromkeys(people)), {}
    if act is not GroupAct.REMIND:
        return outcome(reasons), {}
    known = {one.person.id: one for one in recipients_of(report, people)}
    for person in people:
        if person in known and reasons[person] is None:
            reasons[person] = stop_today(known[person].facts, report.scope.on)
    return outcome(reasons), known


def choice_page(report: PeopleReport, act: GroupAct, people: list[int], form: Form | None, *, changed: bool = False) -> ChoicePage:
    too_many = MOST_CHOSEN if len(people) > MOST_CHOSEN and act is not GroupAct.FILE else 0
    found = ActOutcome((), ()) if too_many else outcome_of(report, act, people)[0]
    shown = list(found.concerned[:SHOWN])
    return ChoicePage(
        act=act,
        words=ACTS[act.value],
        asked=filter_in_words(report.course, report.scope, report.filter),
        total=len(people),
        too_many=too_many,
        outcome=found,
        names=tuple((row.id, row.name) for row in report.everything(people=shown)),
        fields=report.filter.fields(),
        changed=changed,
        mail_works=outbox.available(current_settings()),
        form=form,
    )


# --- Doing it ---
# Each act is as if it were done for one person, and doing it twice changes nothing. Flushes, never commits.


def remind(
    session: Session, settings: Settings, course: Course, scope: ReportScope, author: SignedIn, people: Sequence[int], known: Mapping[int, Recipient], note: str, now: datetime
) -> int:  # fmt: skip
    """An email to each whose week is free, which it takes, with its lines. Returns how many."""
    notes = [AuthorNote(author.name, paragraphs(note))] if note else []
    why = (f"{author.name}, qui suit votre parcours, a choisi de vous écrire.",)
    written, words = [], current_words(session, REMINDER)
    lines = emails.gather_lines(session, now, people)
    for person in sorted(emails.claim(session, sorted(people), now)):
        if insert_once(session, Reminder, {"person_id": person, "sent_on": scope.on, "sent_at": now}):
            also = emails.items(session, lines.get(person, ()))
            message = compose(settings, course, known[person], (), {}, words, preview=False, notes=notes, why=why, writer=author.email, also=also)
            outbox.queue(session, message, now)
            written.append(audit.Act("reminder_by_hand", person, {}))
    audit.record_all(session, scope.reader_id, written, now)
    log.event("reminded_by_hand", actor=scope.reader_id, people=len(written))
    return len(written)


def join(session: Session, course: Course, scope: ReportScope, people: Sequence[int], cohort_id: int, now: datetime) -> int:
    """Puts people into a cohort that the reader may name, else raises NotYours. Returns how many joined."""
    row = session.get(Cohort, cohort_id) if cohort_id in scope.cohorts else None
    if row is None:
        raise NotYours
    return enrolment.join(session, course, row, people, trainer=False, actor_id=scope.reader_id, now=now)


def move_dues(session: Session, course: Course, scope: ReportScope, people: Sequence[int], due_on: date | None, reason: str, now: datetime) -> int:
    """Returns for how many the date changed."""
    return sum(services.move(session, course, person, due_on, now, actor_id=scope.reader_id, reason=reason) for person in sorted(people))


# --- Forms of that page ---


class RemindForm(Form):
    note = TextAreaField(
        "Votre mot",
        description=f"Facultatif, en texte simple, sans adresse, {LONGEST} caractères au plus. Il est signé de votre nom.",
        filters=[lambda text: (text or "").replace("\r\n", "\n").strip()],
        render_kw={"maxlength": LONGEST, "rows": 4},
    )

    def validate_note(self, field: Field) -> None:
        if fault := words_fault(field.data):
            raise ValidationError(fault)


class JoinForm(Form):
    cohort = SelectField("Cohorte", validators=[InputRequired("Choisissez une cohorte.")])

    def __init__(self, scope: ReportScope, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cohort.choices = [SelectChoice(str(number), name) for number, name in scope.cohorts.items()]


def form_of(act: GroupAct, scope: ReportScope, **kwargs: Any) -> Form | None:
    """Returns the form that an act needs; None where nothing is asked."""
    if act is GroupAct.REMIND:
        return RemindForm(**kwargs)
    if act is GroupAct.COHORT:
        return JoinForm(scope, **kwargs)
    return DueForm(**kwargs) if act is GroupAct.DUE else None


# --- `/pilotage/choix`: confirming, then doing ---
# What is beyond the reader's scope does not exist.

blueprint = Blueprint("acting", __name__, url_prefix="/pilotage/choix")


@blueprint.get("")
@endpoints.page(who=DECIDERS, names_people="Une décision pour plusieurs personnes, où vous figurez")
def choose() -> ResponseReturnValue:
    now = clock.now()
    published = begin_report(db.session, now)
    scope = scope_here(now)
    act, wanted = act_of(request.args), chosen_filter(request.args, scope, published)
    report = PeopleReport(db.session, published, scope, wanted, now)
    people = [] if nobody(wanted, request.args) else named_people(report, named=bool(wanted.people))
    page = choice_page(report, act, people, form_of(act, scope, formdata=None))
    audit.record_access(page.people, "acting.choose", now)
    return render_template("reporting/acting/choice.html", page=page)


@blueprint.post("")
@endpoints.act(who=DECIDERS)
def act() -> ResponseReturnValue:
    """Refused where they are not as many as the page said: it is shown again, with today's number."""
    now, published, chosen = clock.now(), course(db.session), act_of(request.form)
    scope = scope_here(now)
    report = PeopleReport(db.session, published, scope, chosen_filter(request.form, scope, published), now)
    people, form = named_people(report, named=bool(report.filter.people)), form_of(chosen, scope)
    found, known = outcome_of(report, chosen, people)
    valid = form is not None and form.validate()
    changed = request.form.get("nombre", "") != str(len(found.concerned)) or not found.concerned
    if not valid or changed or len(people) > MOST_CHOSEN:
        page = choice_page(report, chosen, people, form, changed=changed)
        audit.record_access(page.people, "acting.choose", now)
        return render_template("reporting/acting/choice.html", page=page), 422
    flash(_carry_out(chosen, report, scope, found.concerned, known, form), "success")
    db.session.commit()
    kept: dict[str, Any] = replace(report.filter, after="").fields()
    return redirect(url_for("reporting.grid", **kept), 303)


def _carry_out(chosen: GroupAct, report: PeopleReport, scope: ReportScope, people: tuple[int, ...], known: dict[int, Recipient] | Any, form: Any) -> str:
    """Do it, and say for how many."""
    if chosen is GroupAct.REMIND:
        sent = remind(db.session, current_settings(), report.course, scope, current_person(), people, known, form.note.data, report.now)
        return f"{plural(sent, 'rappel est parti', 'rappels sont partis')}."
    if chosen is GroupAct.COHORT:
        number = bounded_int(form.cohort.data)
        entered = join(db.session, report.course, scope, people, number, report.now)
        return f"Entrées dans la cohorte « {scope.cohorts[number]} » : {entered}. Déjà là : {len(people) - entered}."
    moved = move_dues(db.session, report.course, scope, people, form.due_on.data, form.due_reason.data, report.now)
    return f"{plural(moved, 'échéance déplacée', 'échéances déplacées')}. Chaque personne lit la sienne, avec votre raison."
