"""`/pilotage/comite.pdf`, `/pilotage/financeur.xlsx`, `/pilotage/rh.csv` and `.xlsx`: what leaves by scope and period, for the same reader and filter as the overview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from flask import Blueprint, Response, request

from app import clock, log
from app.db import db
from app.identity.audit import access
from app.learning.figures import snapshot
from app.printing import pdf_of
from app.reporting.grid.exports import file_name, write_csv, write_xlsx
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


Write = Callable[[IO[bytes], PeopleReport, Sequence[int]], None]
"""Where, of what report, of whom in its order."""


@blueprint.get("/financeur.xlsx")
def funder() -> Response:
    return _file(
        "financeur",
        "xlsx",
        XLSX,
        "funder_file_exported",
        lambda target, report, people: funder_file.write(target, report, people, scope_words(report.scope), current_site().name),
    )


@blueprint.get("/rh.csv")
def hr_csv() -> Response:
    return _file("rh", "csv", "text/csv", "hr_file_exported", lambda target, report, people: write_csv(target, hr.COLUMNS, hr.rows(report, people)))


@blueprint.get("/rh.xlsx")
def hr_xlsx() -> Response:
    return _file(
        "rh",
        "xlsx",
        XLSX,
        "hr_file_exported",
        lambda target, report, people: write_xlsx(target, hr.COLUMNS, hr.rows(report, people), report.now, hr.told(report)),
    )


def _file(name: str, suffix: str, mimetype: str, event: str, write: Write) -> Response:
    """Of whoever was active in the period. Sent once the journal says whom it names."""
    report = _report()
    people = funder_file.active(report)
    access.seen(people, request.endpoint or "", report.now, reads_on=True)
    response = written_file(lambda target: write(target, report, people), mimetype, file_name(report.now, suffix, name))
    log.event(event, reader=report.scope.reader_id, people=len(people))
    return response
