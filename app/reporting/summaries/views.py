"""`/pilotage/comite.pdf` and `/pilotage/financeur.xlsx`: what leaves by scope and period, for the same reader and filter as the overview."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from flask import Blueprint, Response, request, send_file

from app import clock, log
from app.db import db
from app.identity.audit import access
from app.learning.figures import snapshot
from app.printing import pdf_of
from app.reporting.grid.exports import file_name
from app.reporting.grid.rows import PeopleReport
from app.reporting.overview.queries import scope_words
from app.reporting.scope.filters import read_filter
from app.reporting.scope.reader import scope_here
from app.reporting.summaries import funder as funder_file
from app.reporting.summaries.committee import committee_page
from app.settings import current_settings
from app.site.queries import current_site
from app.web.edge import download

TEMPLATE = Path(__file__).with_name("committee.typ")
INSTEAD = "La vue d’ensemble donne les mêmes chiffres, et votre navigateur peut l’imprimer."
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SMALL_FILE = 4 * 1024 * 1024
"""A larger one waits on disk, not in memory."""

blueprint = Blueprint("summaries", __name__, url_prefix="/pilotage")


def _report() -> PeopleReport:
    moment = snapshot.begin(clock.now())
    scope = scope_here(moment.now)
    wanted = replace(read_filter(request.args, scope, moment.course).understood(), after="")
    return PeopleReport(db.session, moment.course, scope, wanted, moment.now)


@blueprint.get("/comite.pdf")
def committee() -> Response:
    """It names nobody. The database is let go of before the printing, which takes a moment."""
    report = _report()
    values = {**committee_page(report), "author": current_site().name}
    log.event("committee_page_printed", reader=report.scope.reader_id)
    db.session.rollback()
    data = pdf_of(current_settings().instance_path, TEMPLATE, values, report.now, instead=INSTEAD)
    return download(data, "application/pdf", file_name(report.now, "pdf", "comite"))


@blueprint.get("/financeur.xlsx")
def funder() -> Response:
    """Written whole before anything is sent, once the journal says whom it names."""
    report = _report()
    people = funder_file.active(report)
    access.seen(people, "summaries.funder", report.now, reads_on=True)
    book = tempfile.SpooledTemporaryFile(max_size=SMALL_FILE)  # noqa: SIM115 — closed when the answer has been sent
    try:
        funder_file.write(book, report, people, scope_words(report.scope), current_site().name)
    except BaseException:
        book.close()
        raise
    log.event("funder_file_exported", reader=report.scope.reader_id, people=len(people))
    length = book.tell()
    book.seek(0)
    response = send_file(book, mimetype=XLSX, as_attachment=True, download_name=file_name(report.now, "xlsx", "financeur"))
    response.content_length = length
    return response
