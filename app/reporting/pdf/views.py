"""`/pilotage/rapport.pdf`: the grid and its pictures on paper, for the same reader, filter and moment."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response

from app.identity.audit import access
from app.identity.rules import REPORTERS
from app.platform import log
from app.platform.db import db
from app.platform.printing import pdf_of
from app.platform.settings import current_settings
from app.platform.site.queries import current_site
from app.platform.web.edge import download
from app.platform.web.endpoints import page
from app.reporting.files.queries import report_here
from app.reporting.grid.exports import file_name
from app.reporting.pdf.report import printed_report

TEMPLATE = Path(__file__).with_name("report.typ")
INSTEAD = "Le tableur et le fichier CSV de la grille donnent les mêmes chiffres."

blueprint = Blueprint("printing", __name__, url_prefix="/pilotage")


@blueprint.get("/rapport.pdf")
@page(who=REPORTERS, fresh_factor=True, names_people="Le rapport d’avancement où vous figurez, en fichier PDF", file="rapport d’avancement (PDF)")
def report_pdf() -> Response:
    """The journal is written before anything is shown, and the database is let go of before the printing, which takes seconds."""
    report = report_here()
    printed = printed_report(report)
    access.seen(printed.people, "printing.report_pdf", report.now)
    log.event("report_printed", reader=report.scope.reader_id, people=len(printed.people))
    values = {**printed.values, "author": current_site().name}
    db.session.rollback()
    data = pdf_of(current_settings().instance_path, TEMPLATE, values, report.now, instead=INSTEAD)
    return download(data, "application/pdf", file_name(report.now, "pdf"))
