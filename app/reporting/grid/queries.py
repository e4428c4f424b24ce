"""The grid's page, and the views of it that somebody saved under a name."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import JSON, ForeignKey, String, bindparam, func, select, update
from sqlalchemy import delete as sql_delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.rules import REPORTERS, Side
from app.identity.services import lock_person
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import Base, UtcDateTime, db
from app.platform.errors import DomainError, NotYours
from app.platform.french import capital, nth, plural
from app.platform.web.endpoints import act, page
from app.record.progress.due import TIMELINESS_WORDS
from app.record.progress.path_progress import title_of
from app.reporting.grid.columns import SHORT_SIDES, GridCell, Output, PersonColumn, columns_of, element_title, output_columns
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope import ReportScope, scope_here
from app.reporting.scope_rules import MODULE_WORDS, MOVEMENT_WORDS, SITUATION_WORDS
from app.reporting.selection import DAYS, ORDERS, ReportFilter, read_filter

VIEW_NAME_LENGTH = 80


class SavedView(Base):
    """A filter and an order, as an address writes them; of nobody's rows. Whoever has its id opens it, within their own scope.

    One a name and person, by the lock on the person: no index says so, since an erasure takes words out of two names at once.
    """

    __tablename__ = "saved_view"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(VIEW_NAME_LENGTH))
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


# --- What the page of the grid receives ---
# Filters, headings, rows, and the address's arguments, from which its links are made.

PER_PAGE = 50
MOST_PRINTED = 2_000
ACTS = {"rappel": "leur écrire un rappel", "cohorte": "les ajouter à une cohorte", "echeance": "déplacer leur échéance", "fichier": "les emporter en fichier"}


class Menu(Struct, frozen=True):
    """One filter of the form."""

    name: str
    label: str
    all: str
    choices: tuple[tuple[str, str], ...]
    """(value, words)."""
    chosen: str


class KeptView(Struct, frozen=True):
    id: str
    name: str
    here: bool
    """It is what the page shows."""


class PrintedGrid(Struct, frozen=True):
    """Everybody whom the filter keeps, up to `MOST_PRINTED`."""

    asked: tuple[str, ...]
    columns: tuple[PersonColumn, ...]
    rows: tuple[tuple[tuple[PersonColumn, GridCell], ...], ...]
    people: tuple[int, ...]
    total: int
    fields: dict[str, str]
    computed_at: datetime


class GridPage(Struct, frozen=True):
    asked: tuple[str, ...]
    """The filter in a few words."""
    name: str
    chosen_people: str
    views: tuple[KeptView, ...]
    acts: tuple[tuple[str, str], ...]
    """(value, words) of what may be done for the people of the page."""
    menus: tuple[Menu, ...]
    days: tuple[tuple[str, str, str], ...]
    """(name, label, what was given) of each day of the form."""
    refusal: str
    """Why a day that was typed filters nothing."""
    filtered: bool
    module_title: str
    columns: tuple[PersonColumn, ...]
    rows: tuple[tuple[tuple[PersonColumn, GridCell], ...], ...]
    people: tuple[int, ...]
    """Whom the rows name."""
    total: int
    fields: dict[str, str]
    """Arguments of the address, for the same grid elsewhere."""
    next_after: str
    """Where the next page begins; empty on the last."""
    continued: bool
    """This is not the first page."""
    computed_at: datetime


def grid_page(session: Session, course: Course, scope: ReportScope, wanted: ReportFilter, now: datetime) -> GridPage:
    report = PeopleReport(session, course, scope, wanted, now)
    batch = report.batch(PER_PAGE)
    columns = output_columns(Output.SCREEN, columns_of(report))
    fields, misread = wanted.fields(), dict(wanted.misread)
    return GridPage(
        asked=filter_in_words(course, scope, wanted),
        name=wanted.name,
        chosen_people=fields.get("personnes", ""),
        views=_views(session, scope.reader_id, fields),
        acts=tuple(ACTS.items()),
        menus=menus(course, scope, wanted, report.calculator.modules),
        days=tuple((name, capital(words.removesuffix(" le")), fields.get(name, misread.get(name, ""))) for name, words in zip(DAYS, DAY_WORDS, strict=True)),
        refusal=wanted.refusal,
        filtered=bool(wanted.of_people().fields().keys() - {"tri", "module"}),
        module_title=course.modules[wanted.module].title if wanted.module else "",
        columns=columns,
        rows=tuple(tuple((column, column.cell_of(row)) for column in columns) for row in batch.rows),
        people=tuple(row.id for row in batch.rows),
        total=batch.total,
        fields=fields,
        next_after=batch.rows[-1].cursor if batch.more else "",
        continued=bool(wanted.after),
        computed_at=now,
    )


def printed_grid(session: Session, course: Course, scope: ReportScope, wanted: ReportFilter, now: datetime) -> PrintedGrid:
    report = PeopleReport(session, course, scope, wanted, now)
    people = report.people()
    columns = output_columns(Output.SCREEN, columns_of(report))
    rows = tuple(tuple((column, column.cell_of(row)) for column in columns) for row in report.everything(people=people[:MOST_PRINTED]))
    return PrintedGrid(filter_in_words(course, scope, wanted), columns, rows, tuple(people[:MOST_PRINTED]), len(people), wanted.fields(), now)


_VIEWS = select(SavedView.id, SavedView.name, SavedView.fields).where(SavedView.person_id == bindparam("reader")).order_by(SavedView.name)


def _views(session: Session, person_id: int, fields: dict[str, str]) -> tuple[KeptView, ...]:
    found = session.execute(_VIEWS, {"reader": person_id})
    return tuple(KeptView(number, name, kept == fields) for number, name, kept in found)


def filter_in_words(course: Course, scope: ReportScope, wanted: ReportFilter) -> tuple[str, ...]:
    """« Nord, cohorte « printemps », en retard »."""
    module = f"« {course.modules[wanted.module].title} »" if wanted.module else ""
    inside = f" {MODULE_WORDS[wanted.module_state]}" if wanted.module and wanted.module_state else ""
    words = (
        scope.tree.path_name(wanted.territory) if wanted.territory else "",
        f"cohorte « {scope.cohorts[wanted.cohort]} »" if wanted.cohort is not None else "",
        f"parcours « {title_of(course, wanted.path)} »" if wanted.path else "",
        SITUATION_WORDS[wanted.situation] if wanted.situation else "",
        TIMELINESS_WORDS[wanted.timeliness] if wanted.timeliness else "",
        f"{nth(wanted.wave)} vague" if wanted.wave is not None else "",
        SHORT_SIDES[wanted.side] if wanted.side else "",
        module + inside,
        f"nom « {wanted.name} »" if wanted.name else "",
        plural(len(wanted.people), "personne choisie", "personnes choisies") if wanted.people else "",
        MOVEMENT_WORDS[wanted.movement] if wanted.movement else "",
        f"à faire ensuite : « {element_title(course, wanted.next_id)} »" if wanted.next_id else "",
        *_days(wanted.of_people()),
        ORDERS[wanted.order] if wanted.order != "nom" else "",
    )
    return tuple(part for part in words if part)


DAY_WORDS = ("compte ouvert depuis le", "compte ouvert jusqu’au", "période depuis le", "période jusqu’au")


def _days(wanted: ReportFilter) -> list[str]:
    return [f"{words} {day:%d/%m/%Y}" for words, day in zip(DAY_WORDS, (wanted.since, wanted.until, *wanted.period), strict=True) if day]


def menus(course: Course, scope: ReportScope, wanted: ReportFilter, modules: tuple[str, ...]) -> tuple[Menu, ...]:
    """The filters that tell people apart: a reader's only territory does not, nor the only path. One that the reader may not look at is not named."""
    nodes = scope.territories or frozenset(scope.tree.nodes)
    waves = sorted({scope.waves[node] for node in nodes if node in scope.waves})
    found = (
        _menu("territoire", "Territoire", "Tous", [(node, scope.tree.path_name(node)) for node in scope.tree.nodes if node in nodes], wanted.territory),
        _menu("cohorte", "Cohorte", "Toutes", [(str(key), name) for key, name in scope.cohorts.items()], wanted.cohort),
        _menu("parcours", "Parcours", "Tous", [(path.id, path.title) for path in course.paths.paths], wanted.path),
        _menu("etat", "Situation", "Toutes", [(situation.value, words) for situation, words in SITUATION_WORDS.items()], wanted.situation),
        _menu("echeance", "Échéance", "Toutes", [(value.value, words) for value, words in TIMELINESS_WORDS.items()], wanted.timeliness),
        _menu("fait", "Pendant la période", "Sans période", [(value.value, words) for value, words in MOVEMENT_WORDS.items()], wanted.movement),
        *(
            [_menu("ensuite", "À faire ensuite", "Peu importe", [(wanted.next_id, element_title(course, wanted.next_id))], wanted.next_id)]
            if wanted.next_id
            else []
        ),
        _menu("vague", "Vague de labellisation", "Toutes", [(str(wave), f"{nth(wave)} vague") for wave in waves], wanted.wave),
        _menu("cote", "Employeur", "Tous", [(side.value, SHORT_SIDES[side]) for side in Side], wanted.side),
        _menu("module", "Module", "Tous les modules", [(module, course.modules[module].title) for module in modules], wanted.module),
        _menu("dans", "Dans ce module", "Tous", [(value.value, words) for value, words in MODULE_WORDS.items()], wanted.module_state),
        _menu("tri", "Ordre", "", list(ORDERS.items()), wanted.order),
    )
    return tuple(menu for menu in found if menu.chosen or len(menu.choices) > 1 or menu.name not in ("territoire", "parcours", "vague"))


def _menu(name: str, label: str, everything: str, choices: list[tuple[str, str]], chosen: object) -> Menu:
    return Menu(name, label, everything, tuple(choices), "" if chosen is None else str(chosen))


def filter_words(report: PeopleReport, *, ordered: bool = True) -> str:
    """The filter in words, for a file that is read away from the screen. `ordered`: with the order, which matters to a list alone."""
    wanted = report.filter.of_people()
    chosen = [
        f"{menu.label.lower()} : {words}"
        for menu in menus(report.course, report.scope, wanted, report.calculator.modules)
        for value, words in menu.choices
        if value == menu.chosen and (ordered or menu.name != "tri")
    ]
    others = [f"nom : {wanted.name}"] if wanted.name else []
    others += [f"personnes choisies : {len(wanted.people)}"] if wanted.people else []
    return " ; ".join([*chosen, *others, *_days(wanted)])


# --- Saving a view, or removing it ---
# Flushes, never commits.

MOST_VIEWS = 30


class NoName(DomainError):
    sentence = f"Donnez un nom à la vue, de {VIEW_NAME_LENGTH} caractères au plus."


class TooManyViews(DomainError):
    sentence = f"{MOST_VIEWS} vues au plus : retirez-en une d’abord."


def save_view(session: Session, person_id: int, name: str, fields: Mapping[str, str], now: datetime) -> None:
    """A name that is taken gets this filter: saving twice is saving once. Raises NoName, TooManyViews."""
    name = " ".join(name.split())
    if not 0 < len(name) <= VIEW_NAME_LENGTH:
        raise NoName
    lock_person(session, person_id)
    mine = SavedView.person_id == person_id
    if session.scalar(select(SavedView.id).where(mine, SavedView.name == name)):
        session.execute(update(SavedView).where(mine, SavedView.name == name).values(fields=dict(fields), saved_at=now))
        return
    if (session.scalar(select(func.count()).select_from(SavedView).where(mine)) or 0) >= MOST_VIEWS:
        raise TooManyViews
    session.add(SavedView(id=secrets.token_urlsafe(12), person_id=person_id, name=name, fields=dict(fields), saved_at=now))
    session.flush()


def remove(session: Session, person_id: int, view_id: str) -> None:
    """One's own, once; somebody else's does not exist."""
    view = session.get(SavedView, view_id)
    if view is not None and view.person_id != person_id:
        raise NotYours
    session.execute(sql_delete(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id))


def follow_merge(session: Session, kept: int, gone: int) -> None:
    """Two accounts become one: its views follow, but for names that the kept account has."""
    names = select(SavedView.name).where(SavedView.person_id == kept)
    theirs = update(SavedView).where(SavedView.person_id == gone, SavedView.name.not_in(names.scalar_subquery()))
    session.execute(theirs.values(person_id=kept), execution_options={"synchronize_session": False})


# --- `/pilotage/vues`: the saved views ---
# What opens one is the reader's own scope.

blueprint = Blueprint("saved", __name__, url_prefix="/pilotage/vues")


@blueprint.post("")
@act(who=REPORTERS)
def save() -> ResponseReturnValue:
    """A name that cannot be is said on the grid, whose address keeps the filter."""
    now, me = clock.now(), current_person()
    wanted = read_filter(request.form, scope_here(now), course(db.session))
    asked: dict[str, Any] = wanted.fields()
    back = redirect(url_for("reporting.grid", **asked), 303)
    try:
        save_view(db.session, me.id, request.form.get("vue", ""), asked, now)
    except DomainError as error:
        if error.status != 422:
            raise
        flash(error.sentence, "error")
        return back
    flash("La vue est gardée.", "success")
    db.session.commit()
    return back


@blueprint.get("/<view_id>")
@page(who=REPORTERS)
def open(view_id: str) -> ResponseReturnValue:
    view = db.session.get(SavedView, view_id)
    if view is None:
        raise NotYours
    kept: dict[str, Any] = view.fields
    return redirect(url_for("reporting.grid", **kept))


@blueprint.post("/<view_id>/suppression")
@act(who=REPORTERS)
def delete(view_id: str) -> ResponseReturnValue:
    remove(db.session, current_person().id, view_id)
    flash("La vue est retirée.", "success")
    db.session.commit()
    return redirect(url_for("reporting.grid"), 303)
