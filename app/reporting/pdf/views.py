"""`/pilotage/rapport.pdf`: the grid and its pictures on paper, for the same reader, filter and moment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Blueprint, Response, request

from app import clock, log
from app.db import db
from app.french import PARIS, day_of
from app.identity.audit import access
from app.identity.sign_in.guards import current_person
from app.learning.figures import snapshot
from app.printing import pdf_of
from app.reporting.grid.rows import PeopleReport
from app.reporting.pdf.report import printed_report
from app.reporting.scope.filters import read_filter
from app.reporting.scope.queries import report_scope
from app.settings import current_settings

TEMPLATE = Path(__file__).with_name("report.typ")
INSTEAD = "Le tableur et le fichier CSV de la grille donnent les mêmes chiffres."

blueprint = Blueprint("printing", __name__, url_prefix="/pilotage")


@blueprint.get("/rapport.pdf")
def report_pdf() -> Response:
    """The journal is written before anything is shown, and the database is let go of before the printing, which takes seconds."""
    now = clock.now()
    published = snapshot.begin(now).course
    scope = report_scope(db.session, current_person(), day_of(now))
    wanted = replace(read_filter(request.args, scope, published).understood(), after="")
    printed = printed_report(PeopleReport(db.session, published, scope, wanted, now))
    access.seen(printed.people, "printing.report_pdf", now)
    log.event("report_printed", reader=scope.reader_id, people=len(printed.people))
    db.session.rollback()
    response = Response(pdf_of(current_settings().instance_path, TEMPLATE, printed.values, now, instead=INSTEAD), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="croisee-pilotage-{now.astimezone(PARIS):%Y-%m-%d-%Hh%M}.pdf"'
    return response
