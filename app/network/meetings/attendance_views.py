"""Pages of attendance: the list that a trainer ticks, the code shown in the room, its link, the sheet to sign."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

import segno
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from msgspec import Struct

from app.content.store.queries import course
from app.identity import audit, tries
from app.identity.rules import TRAINERS
from app.identity.sign_in.guards import current_person
from app.network.meetings import attendance as presences
from app.network.meetings import queries
from app.network.meetings.attendance import AttendancePage, CodePage, CodeWrong, NobodyThere
from app.network.meetings.forms import AddressForm, CodeForm
from app.network.meetings.rules import CODE_DIGITS, Means, Presence
from app.network.meetings.views import reader_here
from app.platform import clock
from app.platform.db import db
from app.platform.printing import pdf_of
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.edge import bounded_int, download, path_of, public_address
from app.platform.web.endpoints import SIGNED_IN, act, page

TEMPLATE = Path(__file__).with_name("sheet.typ")
INSTEAD = "La page des présences peut être imprimée par votre navigateur."
NOTED = "Votre présence est notée. Bonne rencontre !"
NOTED_BEFORE = "Votre présence était déjà notée : un code sert une fois."

blueprint = Blueprint("attendance", __name__, url_prefix="/rencontres")


class ShownCode(Struct, frozen=True):
    page: CodePage
    address: str
    picture: Markup
    """Of the address, for telephones."""


class LinkPage(Struct, frozen=True):
    token: str
    title: str
    when: str
    works: bool


# --- By whoever comes ------------------------------------------------------------------------------------------------


@blueprint.post("/<int:meeting_id>/presence")
@act(who=SIGNED_IN)
def attend(meeting_id: int) -> ResponseReturnValue:
    """Wrong codes are counted: six digits cannot be found by trying."""
    now, form, limit = clock.now(), CodeForm(), tries.meeting_code(current_person().id)
    if seconds := tries.wait(limit):
        return _too_many(form, seconds, meeting_id, now)
    if not form.validate_on_submit():
        return _render_code_form(form, meeting_id, now), 422
    try:
        fresh = presences.attend(db.session, course(db.session), reader_here(now), meeting_id, form.code.data or "", Means.CODE, now)
    except CodeWrong as error:
        db.session.rollback()
        if seconds := tries.count(limit):
            return _too_many(form, seconds, meeting_id, now)
        form.refuse(form.code, error)
        return _render_code_form(form, meeting_id, now), error.status
    if seconds := tries.wait(limit):  # others were tried meanwhile
        db.session.rollback()
        return _too_many(form, seconds, meeting_id, now)
    return _confirm_presence(meeting_id, fresh)


def _render_code_form(form: CodeForm, meeting_id: int, now: datetime) -> str:
    page = queries.meeting_page(db.session, course(db.session), reader_here(now), meeting_id, now)
    return render_template("network/meetings/meeting.html", page=page, form=form)


def _too_many(form: CodeForm, seconds: int, meeting_id: int, now: datetime) -> ResponseReturnValue:
    form.code.errors = [tries.sentence(seconds)]
    return _render_code_form(form, meeting_id, now), 429


def _confirm_presence(meeting_id: int, fresh: bool) -> ResponseReturnValue:
    flash(NOTED if fresh else NOTED_BEFORE, "success" if fresh else "warning")
    db.session.commit()
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id), 303)


@blueprint.route("/presence/<token>", methods=["GET", "POST"])
@page(who=SIGNED_IN)
def link(token: str) -> ResponseReturnValue:
    """The address that is shown with a code: opening it notes nothing, its button does."""
    now = clock.now()
    row, code = presences.of_link(db.session, current_settings().keys, token)
    reader = reader_here(now)
    shown = queries.meeting_line(queries.own_meeting(db.session, reader, row.id), None, now)
    if request.method == "POST":
        return _confirm_presence(row.id, presences.attend(db.session, course(db.session), reader, row.id, code, Means.LINK, now))
    works = code == row.code and row.code_until is not None and now < row.code_until
    return render_template("network/meetings/attendance/link.html", page=LinkPage(token, shown.title, shown.when, works))


# --- By whoever holds the meeting ------------------------------------------------------------------------------------


@blueprint.route("/<int:meeting_id>/presences", methods=["GET", "POST"])
@page(who=TRAINERS, names_people="La liste des présences d’une rencontre où vous figurez")
def attendance(meeting_id: int) -> ResponseReturnValue:
    """The list. What is sent names each person once, with what was ticked."""
    now = clock.now()
    row = queries.own_meeting(db.session, reader_here(now), meeting_id)
    if request.method == "POST":
        changed = presences.mark(db.session, course(db.session), meeting_id, _ticked_presences(), actor_id=current_person().id, now=now)
        flash("Les présences sont enregistrées." if changed else "Rien n’a changé.", "success")
        db.session.commit()
        return redirect(url_for("attendance.attendance", meeting_id=meeting_id), 303)
    return _list(presences.attendance_page(db.session, row, now), AddressForm(formdata=None), now)


def _list(page: AttendancePage, form: AddressForm, now: datetime) -> str:
    audit.record_access(page.people_ids, "attendance.attendance", now)
    return render_template("network/meetings/attendance/attendance.html", page=page, form=form)


def _ticked_presences() -> dict[int, Presence]:
    """« presence-12 » → what was ticked of the person 12; what is neither is left out."""
    found = {}
    for name, value in request.form.items():
        field, _, number = name.partition("-")
        if field == "presence" and value in list(Presence):
            try:
                found[bounded_int(number)] = Presence(value)
            except ValueError:
                continue
    return found


@blueprint.post("/<int:meeting_id>/presences/ajout")
@act(who=TRAINERS)
def add(meeting_id: int) -> ResponseReturnValue:
    now, form = clock.now(), AddressForm()
    row = queries.own_meeting(db.session, reader_here(now), meeting_id)
    try:
        if form.validate_on_submit():
            presences.add(db.session, course(db.session), meeting_id, form.address.data or "", actor_id=current_person().id, now=now)
            flash("Cette personne est notée présente.", "success")
            db.session.commit()
            return redirect(url_for("attendance.attendance", meeting_id=meeting_id), 303)
    except NobodyThere as error:
        form.refuse(form.address, error)
    return _list(presences.attendance_page(db.session, row, now), form, now), 422


@blueprint.route("/<int:meeting_id>/code", methods=["GET", "POST"])
@page(who=TRAINERS)
def code(meeting_id: int) -> ResponseReturnValue:
    now = clock.now()
    row = queries.own_meeting(db.session, reader_here(now), meeting_id)
    if request.method == "POST":
        presences.show_code(db.session, meeting_id, str(secrets.randbelow(10**CODE_DIGITS)).zfill(CODE_DIGITS), now)
        db.session.commit()
        return redirect(url_for("attendance.code", meeting_id=meeting_id), 303)
    page = presences.code_page(db.session, row, now)
    address = public_address(path_of("attendance.link", token=presences.link_token(current_settings().keys, row))) if page.code else ""
    picture = Markup(segno.make(address, error="m").svg_inline(scale=5, border=2, light="#fff", dark="#17202e")) if address else Markup("")  # noqa: S704
    return render_template("network/meetings/attendance/code.html", page=ShownCode(page, address, picture))


@blueprint.get("/<int:meeting_id>/feuille.pdf")
@page(who=TRAINERS, fresh_factor=True, names_people="La feuille de présence d’une rencontre où vous figurez, en fichier PDF", file="feuille de présence (PDF)")
def sheet(meeting_id: int) -> Response:
    """To sign. The database is let go of before the printing, which takes a moment."""
    now = clock.now()
    row = queries.own_meeting(db.session, reader_here(now), meeting_id)
    printed = presences.sheet(db.session, row, current_site().name, now)
    audit.record_access(printed.people, "attendance.sheet", now)
    db.session.rollback()
    data = pdf_of(current_settings().instance_path, TEMPLATE, printed.values, now, instead=INSTEAD)
    response = download(data, "application/pdf", f"feuille-de-presence-{meeting_id}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response
