"""`/pilotage/comite.pdf`, `/pilotage/financeur.xlsx`, `/pilotage/rh.csv` and `.xlsx`: what leaves by scope and period, for the same reader and filter as the overview."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.identity.rules import REPORTERS
from app.platform import log
from app.platform.db import db
from app.platform.printing import pdf_of
from app.platform.settings import current_settings
from app.platform.site.queries import current_site
from app.platform.web.edge import download
from app.platform.web.endpoints import page
from app.reporting.files.kinds import Kind
from app.reporting.files.queries import report_here
from app.reporting.files.views import given
from app.reporting.grid.exports import file_name, write_csv, write_xlsx
from app.reporting.grid.rows import PeopleReport
from app.reporting.overview.queries import scope_words
from app.reporting.summaries import funder as funder_file
from app.reporting.summaries import hr
from app.reporting.summaries.committee import committee_page

TEMPLATE = Path(__file__).with_name("committee.typ")
INSTEAD = "La vue d’ensemble donne les mêmes chiffres, et votre navigateur peut l’imprimer."

blueprint = Blueprint("summaries", __name__, url_prefix="/pilotage")


@blueprint.get("/comite.pdf")
@page(who=REPORTERS, fresh_factor=True)
def committee() -> Response:
    """It names nobody. The database is let go of before the printing, which takes a moment."""
    report = report_here()
    values = {**committee_page(report), "author": current_site().name}
    log.event("committee_page_printed", reader=report.scope.reader_id)
    db.session.rollback()
    data = pdf_of(current_settings().instance_path, TEMPLATE, values, report.now, instead=INSTEAD)
    return download(data, "application/pdf", file_name(report.now, "pdf", "comite"))


def _write_funder(target: IO[bytes], report: PeopleReport, people: Sequence[int]) -> None:
    funder_file.write(target, report, people, scope_words(report.scope), current_site().name)


def _write_hr_csv(target: IO[bytes], report: PeopleReport, people: Sequence[int]) -> None:
    write_csv(target, hr.COLUMNS, hr.rows(report, people))


def _write_hr_xlsx(target: IO[bytes], report: PeopleReport, people: Sequence[int]) -> None:
    write_xlsx(target, hr.COLUMNS, hr.rows(report, people), report.now, hr.told(report))


FUNDER = Kind("summaries.funder", "Fichier d’un financeur (XLSX)", "financeur", "xlsx", "funder_file_exported", funder_file.active_on_path, _write_funder)
HR_CSV = Kind("summaries.hr_csv", "Fichier RH (CSV)", "rh", "csv", "hr_file_exported", funder_file.active, _write_hr_csv)
HR_XLSX = Kind("summaries.hr_xlsx", "Fichier RH (XLSX)", "rh", "xlsx", "hr_file_exported", funder_file.active, _write_hr_xlsx)


@blueprint.get("/financeur.xlsx")
@page(
    who=REPORTERS,
    fresh_factor=True,
    names_people="Les résultats d’une période, pour un financeur, où vous figurez, en fichier XLSX",
    file="fichier d’un financeur (XLSX)",
)
def funder() -> ResponseReturnValue:
    return given(FUNDER)


@blueprint.get("/rh.csv")
@page(who=REPORTERS, fresh_factor=True, names_people="Les parcours suivis, pour un employeur, où vous figurez, en fichier CSV", file="fichier RH (CSV)")
def hr_csv() -> ResponseReturnValue:
    return given(HR_CSV)


@blueprint.get("/rh.xlsx")
@page(who=REPORTERS, fresh_factor=True, names_people="Les parcours suivis, pour un employeur, où vous figurez, en fichier XLSX", file="fichier RH (XLSX)")
def hr_xlsx() -> ResponseReturnValue:
    return given(HR_XLSX)
