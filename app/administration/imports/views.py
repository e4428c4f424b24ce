"""`/administration/import`: a file of people, checked line by line, then imported, then invited."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from xlsxwriter import Workbook

from app import clock
from app.administration.accounts import invitations
from app.administration.imports import services
from app.administration.imports.rules import ALLOWED_ROLES, COLUMNS, MODEL
from app.administration.imports.services import CREATED, REFUSED, LineResult
from app.administration.imports.spreadsheet import Unreadable
from app.db import db
from app.errors import TooBusy
from app.identity.audit import access
from app.identity.forms import Form
from app.identity.models import Person
from app.identity.queries import territory_tree
from app.identity.sign_in.guards import current_person
from app.learning.progress.models import Cohort
from app.mail import outbox
from app.settings import current_settings
from app.web.edge import bounded_int, download

blueprint = Blueprint("imports", __name__, url_prefix="/administration/import")


class ImportForm(Form):
    file = FileField(
        "Fichier CSV ou XLSX",
        description="Une personne par ligne, 2000 lignes et 1 Mo au plus. Rien n’est changé avant que vous ayez lu ce que le fichier ferait.",
        validators=[FileRequired("Choisissez un fichier.")],
        render_kw={"accept": ".csv,.xlsx,text/csv"},
    )
    cohort = SelectField("Mettre aussi chaque personne dans la cohorte", coerce=int)


@dataclass(frozen=True, slots=True)
class NewImportPage:
    form: ImportForm
    columns: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPage:
    id: str
    applied_at: datetime | None
    verdicts: tuple[LineResult, ...]
    counts: tuple[tuple[str, int], ...]
    refused: tuple[LineResult, ...]
    territories: Mapping[str, str]
    """Id → name, of those that responsables will look after."""
    to_do: int
    to_invite: int
    by_mail: bool


@blueprint.route("", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = ImportForm(data={"cohort": request.args.get("cohorte", 0, bounded_int)})
    cohorts = db.session.execute(select(Cohort.id, Cohort.name).order_by(Cohort.name))
    form.cohort.choices = [SelectChoice(0, "aucune"), *(SelectChoice(number, name) for number, name in cohorts)]
    db.session.rollback()  # reading a file may take seconds: no transaction is open meanwhile
    rows = _rows(form) if form.validate_on_submit() else None
    if rows is None:
        page = NewImportPage(form, tuple(COLUMNS), tuple(ALLOWED_ROLES))
        return render_template("administration/imports/import_new.html", page=page), form.status
    kept = services.keep(db.session, rows, form.cohort.data or None, current_person().id, clock.now()).id
    db.session.commit()
    return redirect(url_for("imports.check", import_id=kept), 303)


def _rows(form: ImportForm) -> list[services.Row] | None:
    """The lines of the file; None when it is refused, which the form then says."""
    with form.file.data.stream as file:
        data = file.read()
    try:
        return services.lines_of(current_settings().instance_path, data)
    except (Unreadable, TooBusy) as error:
        form.refuse(form.file, error)
        return None


@blueprint.get("/<import_id>")
def check(import_id: str) -> str:
    row = services.own(db.session, import_id, current_person().id)
    page = _page(row.id, row.applied_at, services.verdicts(db.session, row))
    access.seen([verdict.person_id for verdict in page.verdicts if verdict.person_id and verdict.name], "administration.people", clock.now())
    return render_template("administration/imports/import_check.html", page=page)


def _page(import_id: str, applied_at: datetime | None, verdicts: list[LineResult]) -> ImportPage:
    outcomes, tree = [verdict.outcome for verdict in verdicts], territory_tree(db.session)
    return ImportPage(
        id=import_id,
        applied_at=applied_at,
        verdicts=tuple(verdicts),
        counts=tuple((outcome, outcomes.count(outcome)) for outcome in dict.fromkeys((CREATED, "complétée", "inchangée", REFUSED))),
        refused=tuple(verdict for verdict in verdicts if verdict.outcome == REFUSED),
        territories={node: tree.path_name(node) for node in {verdict.follows for verdict in verdicts}},
        to_do=sum(outcome in (CREATED, "complétée") for outcome in outcomes),
        to_invite=len(_to_invite(verdicts)) if applied_at else 0,
        by_mail=outbox.available(current_settings()),
    )


def _to_invite(verdicts: list[LineResult]) -> list[Person]:
    """Of the imported people, those whom a first letter can still reach."""
    ids = [verdict.person_id for verdict in verdicts if verdict.person_id]
    settings = current_settings()
    return [person for person in invitations.never_invited(db.session, ids) if invitations.can_be_mailed(settings, person)]


@blueprint.post("/<import_id>")
def apply(import_id: str) -> ResponseReturnValue:
    actor = current_person().id
    judged = services.judged(db.session, services.own(db.session, import_id, actor))
    services.apply(db.session, services.own(db.session, import_id, actor, to_write=True), judged, actor, clock.now())
    flash("L’import est fait.", "success")
    db.session.commit()
    return redirect(url_for("imports.check", import_id=import_id), 303)


@blueprint.post("/<import_id>/invitations")
def invite(import_id: str) -> ResponseReturnValue:
    """A letter to each person of this import who has had none: a second click sends nothing more."""
    actor, now = current_person().id, clock.now()
    people = _to_invite(services.verdicts(db.session, services.own(db.session, import_id, actor, to_write=True)))
    for person in people:
        invitations.invite(db.session, current_settings(), person, actor, now, by_mail=True)
    flash(f"Invitations envoyées : {len(people)}.", "success")
    db.session.commit()
    return redirect(url_for("imports.check", import_id=import_id), 303)


@blueprint.get("/modele.csv")
def model_csv() -> Response:
    """With `;` and a BOM, as French spreadsheets expect."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(MODEL)
    return download("\ufeff".encode() + text.getvalue().encode(), "text/csv; charset=utf-8", "croisee-personnes.csv")


@blueprint.get("/modele.xlsx")
def model_xlsx() -> Response:
    data = io.BytesIO()
    book = Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Personnes")
    for number, row in enumerate(MODEL):
        sheet.write_row(number, 0, row)
    sheet.set_column(0, len(COLUMNS), 26)
    book.close()
    return download(data.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "croisee-personnes.xlsx")
