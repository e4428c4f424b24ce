"""`/pilotage/rapport.pdf`: the grid and its pictures on paper, for the same reader, filter and moment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Blueprint, Response, request

from app import clock, log
from app.db import db
from app.identity.audit import access
from app.learning.figures import snapshot
from app.printing import pdf_of
from app.reporting.grid.exports import file_name
from app.reporting.grid.rows import PeopleReport
from app.reporting.pdf.report import printed_report
from app.reporting.scope.filters import read_filter
from app.reporting.scope.reader import scope_here
from app.settings import current_settings
from app.site.queries import current_site
from app.web.edge import download

TEMPLATE = Path(__file__).with_name("report.typ")
INSTEAD = "Le tableur et le fichier CSV de la grille donnent les mêmes chiffres."

blueprint = Blueprint("printing", __name__, url_prefix="/pilotage")


@blueprint.get("/rapport.pdf")
def report_pdf() -> Response:
    """The journal is written before anything is shown, and the database is let go of before the printing, which takes seconds."""
    moment = snapshot.begin(clock.now())
    now, published = moment.now, moment.course
    scope = scope_here(now)
    wanted = replace(read_filter(request.args, scope, published).understood(), after="")
    printed = printed_report(PeopleReport(db.session, published, scope, wanted, now))
    access.seen(printed.people, "printing.report_pdf", now)
    log.event("report_printed", reader=scope.reader_id, people=len(printed.people))
    values = {**printed.values, "author": current_site().name}
    db.session.rollback()
    data = pdf_of(current_settings().instance_path, TEMPLATE, values, now, instead=INSTEAD)
    return download(data, "application/pdf", file_name(now, "pdf"))
