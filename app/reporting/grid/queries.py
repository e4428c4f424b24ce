"""What the page of the grid receives: filters, headings, rows, and the address's arguments, from which its links are made."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.rules import Side
from app.platform.french import capital, nth, plural
from app.record.progress.due import TIMELINESS_WORDS
from app.record.progress.path_progress import title_of
from app.reporting.grid.columns import SHORT_SIDES, GridCell, Output, PersonColumn, element_title, output_columns
from app.reporting.grid.models import SavedView
from app.reporting.grid.module_columns import columns_of
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope.filters import DAYS, ORDERS, ReportFilter
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.rules import MODULE_WORDS, MOVEMENT_WORDS, SITUATION_WORDS

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
        rows=tuple(tuple((column, column.shown(row)) for column in columns) for row in batch.rows),
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
    rows = tuple(tuple((column, column.shown(row)) for column in columns) for row in report.everything(people=people[:MOST_PRINTED]))
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
