"""`/pilotage/comite.pdf`, `/pilotage/financeur.xlsx`, `/pilotage/rh.csv` and `.xlsx`: what leaves by scope and period, for the same reader and filter as the overview."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from flask import Blueprint, Response, request

from app import clock, log
from app.db import db
from app.identity.audit import access
from app.learning.figures import snapshot
from app.printing import pdf_of
from app.reporting.grid import exports
from app.reporting.grid.columns import Value
from app.reporting.grid.exports import file_name
from app.reporting.grid.rows import PeopleReport
from app.reporting.overview.queries import scope_words
from app.reporting.scope.filters import read_filter
from app.reporting.scope.reader import scope_here
from app.reporting.summaries import funder as funder_file
from app.reporting.summaries import hr
from app.reporting.summaries.committee import committee_page
from app.settings import current_settings
from app.site.queries import current_site
from app.web.edge import XLSX, download, written_file

TEMPLATE = Path(__file__).with_name("committee.typ")
INSTEAD = "La vue d’ensemble donne les mêmes chiffres, et votre navigateur peut l’imprimer."

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
    """Sent once the journal says whom it names."""
    report = _report()
    people = funder_file.active(report)
    access.seen(people, "summaries.funder", report.now, reads_on=True)
    words, site = scope_words(report.scope), current_site().name
    response = written_file(lambda book: funder_file.write(book, report, people, words, site), XLSX, file_name(report.now, "xlsx", "financeur"))
    log.event("funder_file_exported", reader=report.scope.reader_id, people=len(people))
    return response


@blueprint.get("/rh.csv")
def hr_csv() -> Response:
    return _hr("csv", "text/csv", lambda target, report, rows: exports.write_csv(target, hr.COLUMNS, rows))


@blueprint.get("/rh.xlsx")
def hr_xlsx() -> Response:
    return _hr("xlsx", XLSX, lambda target, report, rows: exports.write_xlsx(target, hr.COLUMNS, rows, report.now, hr.told(report)))


def _hr(suffix: str, mimetype: str, write: Callable[[IO[bytes], PeopleReport, Iterator[list[Value]]], None]) -> Response:
    """As the funder's: whoever was active in the period."""
    report = _report()
    people = funder_file.active(report)
    access.seen(people, request.endpoint or "", report.now, reads_on=True)
    response = written_file(lambda file: write(file, report, hr.rows(report, people)), mimetype, exports.file_name(report.now, suffix, "rh"))
    log.event("hr_file_exported", reader=report.scope.reader_id, people=len(people))
    return response
