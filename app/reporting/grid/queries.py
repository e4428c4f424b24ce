"""The grid's page, and the views of it that somebody saved under a name."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace
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
from app.platform.french import agree, capital, french_date, nth, plural
from app.platform.web.endpoints import act, page
from app.record.progress.due import TIMELINESS_WORDS, Timeliness
from app.record.progress.path_progress import title_of
from app.reporting.grid.columns import MODULES, SHORT_SIDES, GridCell, Output, PersonColumn, column_choices, columns_of, element_title, output_columns
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope import ReportScope, scope_here
from app.reporting.scope_rules import MODULE_WORDS, MOVEMENT_WORDS, SITUATION_WORDS, ModuleState, Movement, PathSituation
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
ACTS = {"rappel": "Leur écrire un rappel", "cohorte": "Les ajouter à une cohorte", "echeance": "Déplacer leur échéance", "fichier": "Les emporter en fichier"}
IN_LINE = ("territoire", "etat", "module")
"""The filters that are always in sight; the others are behind « Plus »."""


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
    result: str
    """How many people the filter keeps, and which, in one line of words."""
    chips: tuple[tuple[str, dict[str, str]], ...]
    """(words, arguments of the address without it) of each choice."""
    name: str
    chosen_people: str
    next_id: str
    views: tuple[KeptView, ...]
    acts: tuple[tuple[str, str], ...]
    """(value, words) of what may be done for the people of the page."""
    menus: tuple[Menu, ...]
    more: tuple[Menu, ...]
    """Behind « Plus »."""
    days: tuple[tuple[str, str, str], ...]
    """(name, label, what was given) of each day of the form."""
    choices: tuple[tuple[str, str, bool], ...]
    """(name, words, whether it is shown) of each column that may be chosen."""
    refusal: str
    """Why a day that was typed filters nothing."""
    module_title: str
    detailed: bool
    """The columns of modules were asked for: a narrow window shows them too."""
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
    batch, columns = report.batch(PER_PAGE), columns_of(report)
    shown = output_columns(Output.SCREEN, columns, wanted.columns)
    fields, misread = wanted.fields(), dict(wanted.misread)
    asked = menus(course, scope, wanted, report.calculator.modules)
    return GridPage(
        result=result_words(course, scope, wanted, batch.total),
        chips=tuple((words, {name: value for name, value in fields.items() if name not in names}) for names, words in choices_in_words(course, scope, wanted)),
        name=wanted.name,
        chosen_people=fields.get("personnes", ""),
        next_id=wanted.next_id,
        views=_views(session, scope.reader_id, fields),
        acts=tuple(ACTS.items()),
        menus=tuple(menu for menu in asked if menu.name in IN_LINE),
        more=tuple(menu for menu in asked if menu.name not in IN_LINE),
        days=tuple((name, capital(words.removesuffix(" le")), fields.get(name, misread.get(name, ""))) for name, words in zip(DAYS, DAY_WORDS, strict=True)),
        choices=column_choices(columns, wanted.columns),
        refusal=wanted.refusal,
        module_title=course.modules[wanted.module].title if wanted.module else "",
        detailed=MODULES in wanted.columns,
        columns=shown,
        rows=tuple(tuple((column, column.cell_of(row)) for column in shown) for row in batch.rows),
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
    columns = output_columns(Output.SCREEN, columns_of(report), wanted.columns)
    rows = tuple(tuple((column, column.cell_of(row)) for column in columns) for row in report.everything(people=people[:MOST_PRINTED]))
    return PrintedGrid(filter_in_words(course, scope, wanted), columns, rows, tuple(people[:MOST_PRINTED]), len(people), wanted.fields(), now)


_VIEWS = select(SavedView.id, SavedView.name, SavedView.fields).where(SavedView.person_id == bindparam("reader")).order_by(SavedView.name)


def _views(session: Session, person_id: int, fields: dict[str, str]) -> tuple[KeptView, ...]:
    found = session.execute(_VIEWS, {"reader": person_id})
    return tuple(KeptView(number, name, kept == fields) for number, name, kept in found)


def filter_in_words(course: Course, scope: ReportScope, wanted: ReportFilter) -> tuple[str, ...]:
    """« Nord, cohorte « printemps », en retard »."""
    return tuple(words for _names, words in choices_in_words(course, scope, wanted))


def choices_in_words(course: Course, scope: ReportScope, wanted: ReportFilter) -> tuple[tuple[frozenset[str], str], ...]:
    """Returns each choice of the filter: (its fields in the address, its words)."""
    module = f"« {course.modules[wanted.module].title} »" if wanted.module else ""
    inside = f" {MODULE_WORDS[wanted.module_state]}" if wanted.module and wanted.module_state else ""
    words = {
        "territoire": scope.tree.path_name(wanted.territory) if wanted.territory else "",
        "cohorte": f"cohorte « {scope.cohorts[wanted.cohort]} »" if wanted.cohort is not None else "",
        "parcours": f"parcours « {title_of(course, wanted.path)} »" if wanted.path else "",
        "etat": SITUATION_WORDS[wanted.situation] if wanted.situation else "",
        "echeance": TIMELINESS_WORDS[wanted.timeliness] if wanted.timeliness else "",
        "vague": f"{nth(wanted.wave)} vague" if wanted.wave is not None else "",
        "cote": SHORT_SIDES[wanted.side] if wanted.side else "",
        "module dans": module + inside,
        "nom": f"nom « {wanted.name} »" if wanted.name else "",
        "personnes": plural(len(wanted.people), "personne choisie", "personnes choisies") if wanted.people else "",
        "fait depuis jusque": MOVEMENT_WORDS[wanted.movement] + _period(wanted) if wanted.movement else "",
        "ensuite": f"à faire ensuite : « {element_title(course, wanted.next_id)} »" if wanted.next_id else "",
        "du": f"{DAY_WORDS[0]} {wanted.since:%d/%m/%Y}" if wanted.since else "",
        "au": f"{DAY_WORDS[1]} {wanted.until:%d/%m/%Y}" if wanted.until else "",
        "tri": ORDERS[wanted.order] if wanted.order != "nom" else "",
    }
    return tuple((frozenset(names.split()), said) for names, said in words.items() if said)


def _period(wanted: ReportFilter) -> str:
    """« depuis le 1er septembre 2026 », « du … au … »; empty for all time."""
    since, until = wanted.period
    if since and until:
        return f" du {french_date(since)} au {french_date(until)}"
    return f" depuis le {french_date(since)}" if since else f" jusqu’au {french_date(until)}" if until else ""


def result_words(course: Course, scope: ReportScope, wanted: ReportFilter, total: int) -> str:
    """« 18 personnes en retard, CPO arrivés au printemps »: who they are, as one says it, in one line."""
    if not total:
        return ", ".join(("Personne ne répond à ces choix ensemble", *filter_in_words(course, scope, replace(wanted, order="nom"))))
    are = [_standing(wanted, total), _in_module(course, wanted, total)]
    if wanted.movement:
        did = {Movement.STARTED: agree(total, "a commencé", "ont commencé"), Movement.FINISHED: agree(total, "a terminé", "ont terminé")}
        are.append(f"qui {did[wanted.movement]}{_period(wanted)}")
    told = replace(wanted, situation=None, timeliness=None, module="", module_state=None, movement=None, cohort=None, order="nom")
    where = [scope.cohorts[wanted.cohort]] if wanted.cohort is not None else []
    rest = [*where, *filter_in_words(course, scope, told)]
    return ", ".join((" ".join((plural(total, "personne"), " et ".join(filter(None, are)))).strip(), *rest))


def _standing(wanted: ReportFilter, total: int) -> str:
    finished, late = agree(total, "qui a terminé", "qui ont terminé"), {Timeliness.LATE: "en retard", Timeliness.ON_TIME: "à l’heure"}
    situations = {
        PathSituation.NOT_STARTED: agree(total, "qui n’a pas commencé", "qui n’ont pas commencé"),
        PathSituation.STARTED: "en cours",
        PathSituation.STUCK: "à l’arrêt",
        PathSituation.FINISHED: finished,
    }
    dues = {**late, Timeliness.NO_DATE: "sans échéance", Timeliness.FINISHED: finished}
    said = [situations[wanted.situation]] if wanted.situation else []
    said += [dues[wanted.timeliness]] if wanted.timeliness else []
    return " et ".join(dict.fromkeys(said))


def _in_module(course: Course, wanted: ReportFilter, total: int) -> str:
    """A module that is only looked at chooses nobody."""
    if not (wanted.module and wanted.module_state):
        return ""
    title, has = f"« {course.modules[wanted.module].title} »", agree(total, "a", "ont")
    return {
        ModuleState.LEFT: f"qui n’{has} pas terminé {title}",
        ModuleState.NOT_STARTED: f"qui n’{has} pas commencé {title}",
        ModuleState.STARTED: f"qui {has} commencé {title} sans le terminer",
        ModuleState.DONE: f"qui {has} terminé {title}",
    }[wanted.module_state]


DAY_WORDS = ("compte ouvert depuis le", "compte ouvert jusqu’au", "période depuis le", "période jusqu’au")


def _days(wanted: ReportFilter) -> list[str]:
    return [f"{words} {day:%d/%m/%Y}" for words, day in zip(DAY_WORDS, (wanted.since, wanted.until, *wanted.period), strict=True) if day]


def menus(course: Course, scope: ReportScope, wanted: ReportFilter, modules: tuple[str, ...]) -> tuple[Menu, ...]:
    """The filters that tell people apart: a reader's only territory does not, nor the only path. One that the reader may not look at is not named."""
    nodes = scope.territories or frozenset(scope.tree.nodes)
    waves = sorted({scope.waves[node] for node in nodes if node in scope.waves})
    alone = wanted.timeliness is Timeliness.LATE and not wanted.situation
    found = (
        _menu("territoire", "Territoire", "Tous", [(node, scope.tree.path_name(node)) for node in scope.tree.nodes if node in nodes], wanted.territory),
        _menu("cohorte", "Cohorte", "Toutes", [(str(key), name) for key, name in scope.cohorts.items()], wanted.cohort),
        _menu("parcours", "Parcours", "Tous", [(path.id, path.title) for path in course.paths.paths], wanted.path),
        _menu(
            "etat",
            "Situation",
            "Toutes",
            [*((one.value, words) for one, words in SITUATION_WORDS.items()), (Timeliness.LATE.value, TIMELINESS_WORDS[Timeliness.LATE])],
            wanted.timeliness if alone else wanted.situation,
        ),
        _menu(
            "echeance",
            "Échéance",
            "Toutes",
            [(value.value, words) for value, words in TIMELINESS_WORDS.items()],
            None if alone else wanted.timeliness,
        ),
        _menu("fait", "Pendant la période", "Sans période", [(value.value, words) for value, words in MOVEMENT_WORDS.items()], wanted.movement),
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
    others = [f"à faire ensuite : {element_title(report.course, wanted.next_id)}"] if wanted.next_id else []
    others += [f"nom : {wanted.name}"] if wanted.name else []
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
