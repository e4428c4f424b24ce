"""The pages of an import of people, and the files that they give: the model to fill, the refused lines with their reason."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from msgspec import Struct
from sqlalchemy import select
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older

from app.administration.accounts import invitations
from app.administration.acts import PeopleImport
from app.administration.imports import queries, rules, services
from app.administration.imports.names import WHY, plain
from app.administration.imports.queries import REFUSED, UNCHANGED, ImportPage, JudgedLine, LineResult
from app.administration.imports.rules import ALLOWED_ROLES, MODEL
from app.administration.imports.services import CellCorrection, PeopleFile
from app.administration.imports.spreadsheet import SpreadsheetUnreadable
from app.identity import audit
from app.identity.forms import Form
from app.identity.models import Person
from app.identity.rules import ADMINISTRATORS, SIDE_LABELS
from app.identity.services import territory_tree
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import TooBusy
from app.platform.french import plural
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.web import endpoints
from app.platform.web.edge import XLSX, bounded_int, csv_table, download
from app.record.progress.models import Cohort

Rows = Sequence[Sequence[str]]


def as_xlsx(rows: Rows) -> bytes:
    from xlsxwriter import Workbook  # which takes a while to come, and few ask for it

    data = io.BytesIO()
    book = Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    sheet = book.add_worksheet("Personnes")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    sheet.set_column(0, len(rows[0]), 26)
    book.close()
    return data.getvalue()


FORMS: Mapping[str, tuple[Callable[[Rows], bytes], str]] = {
    "csv": (csv_table, "text/csv"),
    "xlsx": (as_xlsx, XLSX),
}


def refused_rows(row: PeopleImport, verdicts: Sequence[LineResult]) -> Rows:
    """The refused lines as they stand, with their number and why: corrected, the file may come back as it is."""
    told = dict[int, list[LineResult]]()
    for one in verdicts:
        if one.outcome == REFUSED:
            told.setdefault(one.line, []).append(one)
    kept = [place for place, head in enumerate(row.heads) if not plain(head).startswith(WHY)]
    heads = [row.heads[place] or row.columns[place] or "" for place in kept]
    return [[*heads, WHY], *([*_some(cells, kept), _why(line, told[line])] for line, cells in row.rows if line in told)]


def _some(cells: Sequence[str], kept: Sequence[int]) -> list[str]:
    return [cells[place] if place < len(cells) else "" for place in kept]


def _why(line: int, faults: Sequence[LineResult]) -> str:
    """All that is wrong with it, in one cell."""
    said = [f"{one.column} « {one.value} » : {one.remedy}{f' Vouliez-vous dire « {one.meant} » ?' if one.meant else ''}" for one in faults]
    return f"Ligne {line}, {' ; '.join(said)}"


# --- `/administration/import` ---
# A file of people, its columns chosen, checked line by line, corrected in place, imported, then invited.

blueprint = Blueprint("imports", __name__, url_prefix="/administration/import")


class ImportForm(Form):
    file = FileField(
        "Fichier CSV ou XLSX",
        description="Une personne par ligne, 2000 lignes et 1 Mo au plus. Rien n’est changé avant que vous ayez lu ce que le fichier ferait.",
        validators=[FileRequired("Choisissez un fichier.")],
        render_kw={"accept": ".csv,.xlsx,text/csv"},
    )
    cohort = SelectField("Mettre aussi chaque personne dans la cohorte", coerce=int)


class NewImportPage(Struct, frozen=True):
    form: ImportForm
    columns: tuple[str, ...]
    roles: tuple[str, ...]


@blueprint.route("", methods=["GET", "POST"])
@endpoints.page(who=ADMINISTRATORS, fresh_factor=True)
def new() -> ResponseReturnValue:
    form = ImportForm(data={"cohort": request.args.get("cohorte", 0, bounded_int)})
    form.cohort.choices = [SelectChoice(0, "aucune"), *(SelectChoice(number, name) for number, name in _cohorts())]
    db.session.rollback()  # reading a file may take seconds: no transaction is open meanwhile
    file = _read_file(form) if form.validate_on_submit() else None
    if file is None:
        shown = NewImportPage(form, rules.CHOICES, tuple(ALLOWED_ROLES))
        return render_template("administration/imports/import_new.html", page=shown), form.status
    kept = services.keep(db.session, file, form.cohort.data or None, current_person().id, clock.now())
    where = "imports.columns" if services.needs_columns(kept) else "imports.check"
    db.session.commit()
    return redirect(url_for(where, import_id=kept.id), 303)


def _cohorts() -> list[tuple[int, str]]:
    return [(number, name) for number, name in db.session.execute(select(Cohort.id, Cohort.name).order_by(Cohort.name))]


def _read_file(form: ImportForm) -> PeopleFile | None:
    """The lines of the file; None when it is refused, which the form then says."""
    with form.file.data.stream as file:
        data = file.read()
    try:
        return services.lines_of(current_settings().instance_path, data)
    except (SpreadsheetUnreadable, TooBusy) as error:
        form.refuse(form.file, error)
        return None


@blueprint.route("/<import_id>/colonnes", methods=["GET", "POST"])
@endpoints.page(who=ADMINISTRATORS, fresh_factor=True)
def columns(import_id: str) -> ResponseReturnValue:
    """What each column of the file is, where its head does not tell or was misread."""
    posted = request.method == "POST"
    row = queries.own(db.session, import_id, current_person().id, to_write=posted)
    chosen = [request.form.get(f"c{place}", "") for place in range(len(row.heads))] if posted else None
    error = "" if chosen is None else _wrong_columns(chosen)
    if row.applied_at:
        return redirect(url_for("imports.check", import_id=import_id), 303)
    if chosen is None or error:
        shown, people = queries.columns_page(row, chosen, error), queries.people_written(db.session, row.rows[: 10 * queries.VALUES_SHOWN])
        audit.record_access(people, "administration.people", clock.now())
        return render_template("administration/imports/import_columns.html", page=shown), 422 if error else 200
    services.set_columns(row, chosen)
    db.session.commit()
    return redirect(url_for("imports.check", import_id=import_id), 303)


def _wrong_columns(chosen: Sequence[str]) -> str:
    if not set(chosen) <= {"", *rules.CHOICES}:
        abort(400)
    return rules.wrong_columns(chosen)


@blueprint.get("/<import_id>")
@endpoints.page(who=ADMINISTRATORS, fresh_factor=True)
def check(import_id: str) -> ResponseReturnValue:
    row = queries.own(db.session, import_id, current_person().id)
    if not row.applied_at and services.needs_columns(row):
        return redirect(url_for("imports.columns", import_id=import_id), 303)
    lines = [] if row.applied_at else queries.judge_lines(db.session, row)
    shown = _page(row, lines, queries.verdicts(db.session, row) if row.applied_at else queries.results(lines))
    seen = [*queries.people_written(db.session, row.rows)] if row.applied_at else [line.person_id for line in lines if line.person_id]
    seen += [deed["person_id"] for deed in row.done if row.undone_at]
    audit.record_access(seen, "administration.people", clock.now())
    return render_template(
        "administration/imports/import_check.html", page=shown, most=queries.MOST_FAULTS, most_listed=queries.MOST_LISTED, emptied=rules.EMPTIED
    )


def _page(row: PeopleImport, lines: Sequence[JudgedLine], verdicts: list[LineResult]) -> ImportPage:
    tree, names, found = territory_tree(db.session), dict(_cohorts()), queries.faults(verdicts)
    territories = {node: tree.path_name(node) for node in tree.nodes}
    choices = [tuple(SIDE_LABELS.values()), rules.ROLE_CHOICES, tuple(territories.values()), tuple(names.values())]
    may = services.may_be_undone(row, clock.now())
    return ImportPage(
        id=row.id,
        applied_at=row.applied_at,
        lines=queries.line_rows(row, lines, territories, names),
        counts=queries.count_outcomes(verdicts),
        faults=found,
        refused=len({one.line for one in verdicts if one.outcome == REFUSED}),
        understood=queries.count_reworded_cells(lines),
        left_out=tuple(head for head, column in zip(row.heads, row.columns, strict=True) if head and not column),
        unread=tuple(row.unread),
        edited=queries.line_to_edit(row, request.args.get("ligne", None, bounded_int)),
        choices=dict(zip(rules.CHOSEN, choices, strict=True)),
        left=_accounts_left(row) if row.undone_at else (),
        undone_at=row.undone_at,
        undo_until=row.applied_at + services.WITHIN if row.applied_at and may else None,
        invited=services.count_invited(db.session, row) if may else 0,
        to_do=sum(one.outcome not in (REFUSED, UNCHANGED) for one in verdicts),
        to_invite=len(_to_invite(row, verdicts)) if row.applied_at else 0,
        by_mail=outbox.available(current_settings()),
    )


def _accounts_left(row: PeopleImport) -> tuple[tuple[str, str], ...]:
    """Whom an undone import left, and why."""
    why = {deed["person_id"]: deed["why"] for deed in row.done}
    return tuple((name, why[number]) for number, name in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(why)).order_by(Person.name)))


def _to_invite(row: PeopleImport, verdicts: list[LineResult]) -> list[Person]:
    """Of the imported people, those whom a first email can still reach; nobody once the import is undone."""
    ids = [one.person_id for one in verdicts if one.person_id and not row.undone_at]
    settings = current_settings()
    return [person for person in invitations.never_invited(db.session, ids) if invitations.can_be_mailed(settings, person)]


@blueprint.post("/<import_id>/corrections")
@endpoints.act(who=ADMINISTRATORS, fresh_factor=True)
def correct(import_id: str) -> ResponseReturnValue:
    """Corrects the cells of one line (`cell`, in order), or a wrong value wherever it stands. What is still wrong is reported again."""
    row = queries.own(db.session, import_id, current_person().id, to_write=True)
    number = request.form.get("edited", None, bounded_int)
    if number is not None:
        services.rewrite(row, number, request.form.getlist("cell"))
    else:
        flash(f"{plural(services.correct(row, _changes()), 'case corrigée', 'cases corrigées')}.", "success")
    db.session.commit()
    return redirect(url_for("imports.check", import_id=import_id), 303)


def _changes() -> list[CellCorrection]:
    """All that the form holds; with `only`, one of them, and what was typed in the others, not what is proposed there."""
    sent = request.form.getlist
    only = request.form.get("only", None, bounded_int)
    told = zip(sent("column"), sent("value"), sent("line"), sent("shown"), sent("by"), strict=False)
    return [
        CellCorrection(column, value, "" if by == rules.EMPTIED else by, int(line) if line.isdecimal() else None)
        for place, (column, value, line, shown, by) in enumerate(told)
        if (only in (None, place) or by != shown) and (by or (shown and column not in rules.CHOSEN))
    ]


@blueprint.post("/<import_id>")
@endpoints.act(who=ADMINISTRATORS, fresh_factor=True)
def apply(import_id: str) -> ResponseReturnValue:
    """Judged before the writer's turn is taken: if the lines were corrected in between, nothing is done, and they are read again."""
    actor = current_person().id
    row = queries.own(db.session, import_id, actor)
    if services.needs_columns(row) and not row.applied_at:
        return redirect(url_for("imports.columns", import_id=import_id), 303)
    judged, as_read = queries.judge_lines(db.session, row), (row.columns, row.rows)
    row = queries.own(db.session, import_id, actor, to_write=True)
    if (row.columns, row.rows) == as_read or row.applied_at:
        services.apply(db.session, row, judged, actor, clock.now())
        flash("L’import est fait.", "success")
    else:
        flash("Ces lignes viennent d’être corrigées dans une autre fenêtre : relisez-les avant d’importer.", "warning")
    db.session.commit()
    return redirect(url_for("imports.check", import_id=import_id), 303)


@blueprint.post("/<import_id>/invitations")
@endpoints.act(who=ADMINISTRATORS, fresh_factor=True)
def invite(import_id: str) -> ResponseReturnValue:
    """An email to each person of this import who has had none: a second click sends nothing more."""
    actor, now = current_person().id, clock.now()
    row = queries.own(db.session, import_id, actor, to_write=True)
    people = _to_invite(row, queries.verdicts(db.session, row))
    for person in people:
        invitations.invite(db.session, current_settings(), person, actor, now, by_mail=True)
    flash(f"Invitations envoyées : {len(people)}.", "success")
    db.session.commit()
    return redirect(url_for("imports.check", import_id=import_id), 303)


@blueprint.post("/<import_id>/defaire")
@endpoints.act(who=ADMINISTRATORS, fresh_factor=True)
def undo(import_id: str) -> ResponseReturnValue:
    """What the import did, undone within a day: a second click changes nothing."""
    actor = current_person().id
    row = queries.own(db.session, import_id, actor, to_write=True)
    if services.undo(db.session, current_settings(), row, actor, clock.now()):
        flash("L’import est défait.", "success")
    elif row.undone_at is None:
        flash("Cet import ne se défait plus : un import se défait pendant un jour.", "warning")
    db.session.commit()
    return redirect(url_for("imports.check", import_id=import_id), 303)


@blueprint.get("/<import_id>/refusees/<form>", endpoint="refused")
@endpoints.page(who=ADMINISTRATORS, fresh_factor=True, names_people="Lignes d’un import où vous figurez, en fichier", file="lignes refusées d’un import")
def refused_lines(import_id: str, form: str) -> Response:
    """The refused lines and why, to be corrected in a spreadsheet and imported again."""
    write, mimetype = FORMS.get(form) or abort(404)
    row = queries.own(db.session, import_id, current_person().id)
    rows = refused_rows(row, queries.verdicts(db.session, row))
    audit.record_access(queries.people_written(db.session, row.rows), "imports.refused", clock.now())
    audit.count_people_shown("imports.refused", len(rows) - 1)
    return download(write(rows), mimetype, f"croisee-lignes-refusees.{form}")


@blueprint.get("/modele.csv")
@endpoints.page(who=ADMINISTRATORS)
def model_csv() -> Response:
    return _model("csv")


@blueprint.get("/modele.xlsx")
@endpoints.page(who=ADMINISTRATORS)
def model_xlsx() -> Response:
    return _model("xlsx")


def _model(form: str) -> Response:
    write, mimetype = FORMS[form]
    return download(write(MODEL), mimetype, f"croisee-personnes.{form}")
