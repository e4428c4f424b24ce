"""`/rencontres`: the list, one meeting, a place there, calendars; and how trainers and administrators prepare one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.content.store.queries import course
from app.content.values.course import Lesson
from app.identity.rules import TRAINERS
from app.identity.sign_in.guards import current_person, person_or_none
from app.network.meetings import queries, services, steps
from app.network.meetings.forms import CancelForm, CodeForm, MeetingForm
from app.network.meetings.models import MIMETYPE, NAME, CalendarEntry, Meeting, write_calendar
from app.network.meetings.queries import MeetingLine, MeetingReader, past_meeting_page
from app.network.meetings.rules import MeetingStage, Seat
from app.network.meetings.services import MeetingChangedMeanwhile
from app.network.meetings.steps import MeetingStep
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.edge import download, path_of, public_address
from app.platform.web.endpoints import OPEN, PUBLIC, SIGNED_IN, act, page

blueprint = Blueprint("meetings", __name__, url_prefix="/rencontres")


class MeetingFormPage(Struct, frozen=True):
    form: MeetingForm
    meeting_id: int | None
    announced: bool


class CancelPage(Struct, frozen=True):
    form: CancelForm
    id: int
    title: str
    draft: bool
    concerned: int


class CalendarPage(Struct, frozen=True):
    address: str
    """Empty where none was asked for."""


def reader_here(now: datetime) -> MeetingReader:
    return queries.reader_of(db.session, current_person(), day_of(now))


def _to(meeting_id: int) -> ResponseReturnValue:
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id), 303)


# --- Reading ---------------------------------------------------------------------------------------------------------


@blueprint.get("")
@page(who=OPEN)
def index() -> str:
    now = clock.now()
    reader = reader_here(now) if person_or_none() else None
    return render_template("network/meetings/meetings.html", page=queries.meetings_page(db.session, course(db.session), reader, now))


@blueprint.get("/<int:meeting_id>")
@page(who=SIGNED_IN)
def meeting(meeting_id: int) -> str:
    now = clock.now()
    page = queries.meeting_page(db.session, course(db.session), reader_here(now), meeting_id, now)
    return render_template("network/meetings/meeting.html", page=page, form=CodeForm(formdata=None))


@blueprint.get("/<anchor>")
@page(who=OPEN)
def past_meeting(anchor: str) -> str:
    """One that was held before the site was there: the course's own file tells it."""
    return render_template("network/meetings/told.html", page=past_meeting_page(course(db.session), anchor, day_of(clock.now())))


def is_past_meeting(anchor: str) -> bool:
    """What the course tells may be read by visitors."""
    return any(each.anchor == anchor for each in course(db.session).network.meetings)


def past_meeting_addresses() -> Iterator[tuple[str, dict[str, str]]]:
    return (("meetings.past_meeting", {"anchor": each.anchor}) for each in course(db.session).network.meetings)


# --- A place ---------------------------------------------------------------------------------------------------------


@blueprint.post("/<int:meeting_id>/inscription")
@act(who=SIGNED_IN)
def register(meeting_id: int) -> ResponseReturnValue:
    now = clock.now()
    seat = services.register(db.session, current_settings(), reader_here(now), meeting_id, now)
    if seat is Seat.TAKEN:
        flash("Votre place est réservée. Ajoutez la rencontre à votre agenda.", "success")
    else:
        flash("Toutes les places sont prises : vous êtes sur la liste d’attente.")
    db.session.commit()
    return _to(meeting_id)


@blueprint.post("/<int:meeting_id>/desistement")
@act(who=SIGNED_IN)
def withdraw(meeting_id: int) -> ResponseReturnValue:
    now = clock.now()
    services.withdraw(db.session, current_settings(), reader_here(now), meeting_id, now)
    flash("Votre place est rendue. Si quelqu’un attendait, elle est à cette personne.", "success")
    db.session.commit()
    return _to(meeting_id)


@blueprint.post("/etapes/<lesson_id>/equivalent")
@act(who=SIGNED_IN)
def instead(lesson_id: str) -> ResponseReturnValue:
    """What stands for being there, where the lesson allows it."""
    now = clock.now()
    for title in steps.read_instead(db.session, course(db.session), reader_here(now), lesson_id, now):
        flash(f"Attestation obtenue : {title}.", "success")
    db.session.commit()
    return redirect(url_for("learning.lesson", lesson_id=lesson_id, _anchor="suite"), 303)


def step_here(lesson: Lesson) -> MeetingStep:
    """Returns the meeting shown at the end of a lesson that a meeting completes."""
    now = clock.now()
    return steps.step_of(db.session, course(db.session), reader_here(now), lesson, now)


def next_here() -> MeetingLine | None:
    """Returns the next meeting for the reader, shown on the learner's home page. One SELECT where none is announced."""
    now = clock.now()
    rows = queries.upcoming(db.session, now)
    return next(queries.lines_for(db.session, reader_here(now), rows, now), None) if rows else None


# --- Calendars -------------------------------------------------------------------------------------------------------


@blueprint.get(f"/<int:meeting_id>/{NAME}")
@page(who=SIGNED_IN)
def calendar(meeting_id: int) -> Response:
    now = clock.now()
    reader = reader_here(now)
    row = queries.own_meeting(db.session, reader, meeting_id)
    page = queries.meeting_page(db.session, course(db.session), reader, meeting_id, now)
    return _file([_calendar_meeting(row, page.link)], now)


@blueprint.route("/agenda", methods=["GET", "POST"])
@page(who=SIGNED_IN, gives_key=True)
def subscription() -> ResponseReturnValue:
    """The private address of one's meetings: drawn, drawn again, ended."""
    me = current_person().id
    if request.method == "POST":
        services.end_calendar(db.session, me) if request.form.get("then") == "end" else services.draw_calendar(db.session, me, clock.now())
        flash("Votre adresse est retirée : elle ne mène plus nulle part." if request.form.get("then") == "end" else "Voici votre adresse.", "success")
        db.session.commit()
        return redirect(url_for("meetings.subscription"), 303)
    token = services.calendar_token(db.session, current_settings().keys, me)
    address = public_address(path_of("meetings.feed", token=token)) if token else ""
    return render_template("network/meetings/calendar.html", page=CalendarPage(address))


@blueprint.get("/agenda/<token>/rencontres.ics")
@page(who=PUBLIC)
def feed(token: str) -> Response:
    """Serves a private calendar without a session: its address shows where one person has a place, and nothing else."""
    now = clock.now()
    holder = services.calendar_holder(db.session, current_settings().keys, token)
    return _file([_calendar_meeting(row, row.link) for row in queries.in_calendar(db.session, holder, now)], now)


def _calendar_meeting(row: Meeting, link: str) -> CalendarEntry:
    address = public_address(path_of("meetings.meeting", meeting_id=row.id))
    cancelled = row.stage is MeetingStage.CANCELLED
    return CalendarEntry(f"rencontre-{row.id}", row.title, row.starts_at, row.ends_at, address, row.place, link, row.edition, cancelled)


def _file(meetings: list[CalendarEntry], now: datetime) -> Response:
    host = urlsplit(outbox.base(current_settings())).hostname or "localhost"
    response = download(write_calendar(meetings, current_site().name, host, now), MIMETYPE, NAME)
    response.headers["Cache-Control"] = "no-store"
    return response


# --- Preparing -------------------------------------------------------------------------------------------------------


@blueprint.route("/nouvelle", methods=["GET", "POST"])
@page(who=TRAINERS)
def new() -> ResponseReturnValue:
    form = MeetingForm(db.session, course(db.session))
    if not form.validate_on_submit():
        return render_template("network/meetings/edit.html", page=MeetingFormPage(form, None, False)), form.status if form.is_submitted() else 200
    row = services.save(db.session, current_settings(), course(db.session), None, form.values(), edition=0, actor_id=current_person().id, now=clock.now())
    flash("La rencontre est préparée. Personne ne la voit encore : relisez-la, puis annoncez-la.", "success")
    db.session.commit()
    return _to(row.id)


@blueprint.route("/<int:meeting_id>/modification", methods=["GET", "POST"])
@page(who=TRAINERS)
def edit(meeting_id: int) -> ResponseReturnValue:
    now = clock.now()
    row = queries.own_meeting(db.session, reader_here(now), meeting_id)
    form = MeetingForm(db.session, course(db.session), row)
    if form.validate_on_submit() and _save_meeting(form, meeting_id, now):
        flash("La rencontre est modifiée.", "success")
        db.session.commit()
        return _to(meeting_id)
    page = MeetingFormPage(form, meeting_id, row.stage is MeetingStage.ANNOUNCED)
    return render_template("network/meetings/edit.html", page=page), form.status if form.is_submitted() else 200


def _save_meeting(form: MeetingForm, meeting_id: int, now: datetime) -> bool:
    """Refused once where somebody else saved meanwhile: sent again, it replaces theirs, knowingly."""
    edition, actor = form.read_edition, current_person().id
    try:
        services.save(db.session, current_settings(), course(db.session), meeting_id, form.values(), edition=edition, actor_id=actor, now=now)
    except MeetingChangedMeanwhile as error:
        db.session.rollback()
        form.edition.data = str(queries.own_meeting(db.session, reader_here(now), meeting_id).edition)
        form.form_errors.append(error.sentence)
        return False
    return True


@blueprint.post("/<int:meeting_id>/annonce")
@act(who=TRAINERS)
def announce(meeting_id: int) -> ResponseReturnValue:
    services.announce(db.session, meeting_id, actor_id=current_person().id, now=clock.now())
    flash("La rencontre est annoncée : les personnes à qui elle s’adresse la voient et peuvent s’inscrire.", "success")
    db.session.commit()
    return _to(meeting_id)


@blueprint.route("/<int:meeting_id>/annulation", methods=["GET", "POST"])
@page(who=TRAINERS)
def cancel(meeting_id: int) -> ResponseReturnValue:
    now, form = clock.now(), CancelForm()
    row = queries.own_meeting(db.session, reader_here(now), meeting_id)
    if not form.validate_on_submit():
        counts = queries.seats(db.session, row.id)
        concerned = counts.get(Seat.TAKEN, 0) + counts.get(Seat.WAITING, 0)
        page = CancelPage(form, row.id, row.title, row.stage is MeetingStage.DRAFT, concerned)
        return render_template("network/meetings/cancel.html", page=page), form.status if form.is_submitted() else 200
    told = services.cancel(db.session, current_settings(), meeting_id, form.reason.data or "", actor_id=current_person().id, now=now)
    if told is None:
        flash("Le brouillon est supprimé.", "success")
    else:
        flash("La rencontre est annulée." + (" Les personnes inscrites reçoivent un courriel." if told else ""), "success")
    db.session.commit()
    return redirect(url_for("meetings.index"), 303) if told is None else _to(meeting_id)
