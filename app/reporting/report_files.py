"""Every file of a report, declared once in `FILES`: its address, whom it names, its columns or its paper, its formats.

From here follow its views, who may open them, the words of the access journal, the act of whoever takes it, the line of the log and, where it says `link`,
its place on the overview. A file whose columns are new has them in `summaries.py`, or in a module of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.identity import audit
from app.identity.rules import REPORTERS
from app.identity.sign_in.guards import current_person
from app.platform import clock, log
from app.platform.db import db
from app.platform.french import day_of
from app.platform.printing import pdf_of
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.edge import XLSX, download, streamed_file, written_file
from app.platform.web.endpoints import page
from app.record.figures.store import begin_report
from app.reporting import pdf, summaries
from app.reporting.grid.columns import GridColumn, columns_of, in_files
from app.reporting.grid.exports import csv_pieces, file_name, write_xlsx
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope import report_scope
from app.reporting.selection import read_filter

MOST_IN_WORKBOOK = 20_000
"""People of a workbook, which is written whole before it leaves: two seconds of a processor for so many, seven for an employer's. A CSV leaves as it is written."""
FORMATS = {"pdf": "PDF accessible", "xlsx": "XLSX", "csv": "CSV"}
"""Format → how a page calls it."""


class ReportTable(Struct, frozen=True):
    """Rows of people, for spreadsheets."""

    people: Callable[[PeopleReport], Sequence[int]]
    """Whom it names, in order."""
    columns: Callable[[PeopleReport], Sequence[GridColumn[Any]]]
    rows: Callable[[PeopleReport, Sequence[int]], Iterable[Any]]
    """What the columns read: some people at a time, so that memory does not grow with their number."""
    workbook: Callable[[IO[bytes], PeopleReport, Sequence[int]], None]


class ReportPaper(Struct, frozen=True):
    """An accessible PDF."""

    template: Path
    contents: Callable[[PeopleReport], tuple[Sequence[int], dict[str, Any]]]
    """(whom it names, what it says)."""
    instead: str
    """What to do where it cannot be printed."""
    sheet: str = ""
    """Of which size, in words, where that matters to whoever takes it."""


class ReportFile(Struct, frozen=True):
    address: str
    """In `/pilotage/<address>.<format>`."""
    formats: Mapping[str, str]
    """Format → the endpoint, by which journals and acts know it for good. The first is the one that is proposed."""
    content: ReportTable | ReportPaper
    called: str
    """« fichier RH », of one who took it."""
    event: str
    """What the log calls it."""
    name: str = ""
    """In the file's own name, where that is not the address."""
    seen_as: str = ""
    """How whoever is named in it reads, in the access journal, that it was taken. Empty: it names nobody."""
    who: frozenset[str] = REPORTERS
    asked_on: str = "reporting.overview"
    """The page on which it is asked for."""
    link: str = ""
    """On the overview."""
    summary: str = ""
    """There too, what is in it."""
    feature: str = ""
    """Of `app.features`, without which there is no such file."""

    @property
    def sheet(self) -> str:
        return self.content.sheet if isinstance(self.content, ReportPaper) else ""


FILES = (
    ReportFile(
        address="comite",
        formats={"pdf": "summaries.committee"},
        content=ReportPaper(
            pdf.COMMITTEE_TEMPLATE,
            lambda report: ((), pdf.committee_page(report)),
            instead="« Bilan » donne les mêmes chiffres, et votre navigateur peut l’imprimer.",
            sheet="A4 couché",
        ),
        called="page pour un comité",
        event="committee_page_printed",
        link="Une page pour un comité",
        summary="une conclusion, les chiffres et leur mouvement, quatre dessins, sans aucun nom.",
    ),
    ReportFile(
        address="financeur",
        formats={"xlsx": "summaries.funder", "csv": "summaries.funder_csv"},
        content=ReportTable(summaries.active_on_path, lambda _report: summaries.FUNDER_COLUMNS, summaries.funder_rows, summaries.write),
        called="fichier d’un financeur",
        event="funder_file_exported",
        seen_as="Les résultats d’une période, pour un financeur, où vous figurez",
        link="Le fichier d’un financeur",
        summary="pour chaque personne active dans la période, ses dates, ses résultats, ses attestations, ses heures annoncées.",
    ),
    ReportFile(
        address="rh",
        formats={"xlsx": "summaries.hr_xlsx", "csv": "summaries.hr_csv"},
        content=ReportTable(
            summaries.active,
            lambda _report: summaries.COLUMNS,
            summaries.rows,
            lambda target, report, people: write_xlsx(target, summaries.COLUMNS, summaries.rows(report, people), report.now, summaries.selection_words(report)),
        ),
        called="fichier RH",
        event="hr_file_exported",
        seen_as="Les parcours suivis, pour un employeur, où vous figurez",
        feature="hr",
        link="Le fichier RH",
        summary="une ligne par personne active dans la période et par parcours, avec le SIRET s’il est connu, le courriel, les dates, les heures annoncées, le résultat.",
    ),
    ReportFile(
        address="rapport",
        formats={"pdf": "printing.report_pdf"},
        content=ReportPaper(pdf.TEMPLATE, pdf.printed_report, instead="Le tableur et le fichier CSV de « Personnes » donnent les mêmes chiffres."),
        called="rapport d’avancement",
        event="report_printed",
        name="pilotage",
        seen_as="Le rapport d’avancement où vous figurez",
        asked_on="reporting.grid",
    ),
    ReportFile(
        address="personnes",
        formats={"xlsx": "reporting.grid_xlsx", "csv": "reporting.grid_csv"},
        content=ReportTable(
            PeopleReport.people,
            lambda report: in_files(columns_of(report)),
            lambda report, people: report.everything(people=people),
            lambda target, report, people: write_xlsx(target, in_files(columns_of(report)), report.everything(people=people), report.now, filter_words(report)),
        ),
        called="tableau d’avancement",
        event="report_exported",
        name="pilotage",
        seen_as="Le tableau d’avancement où vous figurez",
        asked_on="reporting.grid",
    ),
)
"""In the order of the overview."""


def init_app(app: Flask) -> None:
    for file in FILES:
        for suffix, endpoint in file.formats.items():
            app.add_url_rule(f"/pilotage/{file.address}.{suffix}", endpoint, _view(file, suffix))


def _view(file: ReportFile, suffix: str) -> Callable[[], ResponseReturnValue]:
    words = f"{file.seen_as}, en fichier {suffix.upper()}" if file.seen_as else ""

    @page(who=file.who, fresh_factor=True, names_people=words, file=f"{file.called} ({suffix.upper()})" if words else "", feature=file.feature)
    def view() -> ResponseReturnValue:
        return answer_with(file, suffix)

    return view


def answer_with(file: ReportFile, suffix: str) -> ResponseReturnValue:
    """The file, journal and figures of one moment."""
    content = file.content
    return _table(file, content, suffix) if isinstance(content, ReportTable) else _paper(file, content, suffix)


def _table(file: ReportFile, table: ReportTable, suffix: str) -> ResponseReturnValue:
    """What it reads is of a session of its own: a CSV goes on reading once the request is over."""
    with ExitStack() as held:
        reading = held.enter_context(db.sessionmaker())
        report = report_here(reading)
        people = table.people(report)
        if suffix == "xlsx" and len(people) > MOST_IN_WORKBOOK:
            return render_template("reporting/too_large.html", file=file, total=len(people), most=MOST_IN_WORKBOOK, fields=report.filter.fields()), 422
        _note(file, suffix, report, people)
        name = _name_of(file, suffix, report)
        if suffix == "xlsx":
            return written_file(lambda target: table.workbook(target, report, people), XLSX, name)
        response = streamed_file(_lines(reading, table, report, people), "text/csv", name)
        response.call_on_close(held.pop_all().close)  # a HEAD, or somebody gone, does not even begin the lines
        return response


def _lines(reading: Session, table: ReportTable, report: PeopleReport, people: Sequence[int]) -> Iterator[bytes]:
    """All of one transaction, which lasts as long as the file travels."""
    with reading:
        yield from csv_pieces(table.columns(report), table.rows(report, people))


def _paper(file: ReportFile, paper: ReportPaper, suffix: str) -> Response:
    """The journal is written before anything is shown, and the database is let go of before the printing, which takes seconds."""
    report = report_here(db.session)
    people, contents = paper.contents(report)
    _note(file, suffix, report, people)
    values = {**contents, "author": current_site().publisher or current_site().name}
    db.session.rollback()
    data = pdf_of(current_settings().instance_path, paper.template, values, report.now, instead=paper.instead)
    return download(data, "application/pdf", _name_of(file, suffix, report))


def _note(file: ReportFile, suffix: str, report: PeopleReport, people: Sequence[int]) -> None:
    audit.record_access(people, file.formats[suffix], report.now)
    log.event(file.event, reader=report.scope.reader_id, people=len(people))


def _name_of(file: ReportFile, suffix: str, report: PeopleReport) -> str:
    return file_name(report.now, suffix, file.name or file.address)


def report_here(session: Session) -> PeopleReport:
    """The report that this request asks for, of one moment, for what leaves the site: files and drawings know no pages, all people are in them."""
    now = clock.now()
    published = begin_report(session, now)
    scope = report_scope(session, current_person(), day_of(now))
    wanted = replace(read_filter(request.args, scope, published).ensure_understood(), after="")
    return PeopleReport(session, published, scope, wanted, now)
