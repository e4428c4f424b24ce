"""What the page of the grid receives: filters, headings, rows, and the address's arguments, from which its links are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.french import nth
from app.identity.rules import Side
from app.learning.progress.due import TIMELINESS_WORDS
from app.reporting.grid.columns import SHORT_SIDES, Cell, Column, Output, columns_of, element_title, shown_on
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope.filters import DAYS, ORDERS, ReportFilter
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.rules import MOVEMENT_WORDS, SITUATION_WORDS

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Menu:
    """One filter of the form."""

    name: str
    label: str
    all: str
    choices: tuple[tuple[str, str], ...]
    """(value, words)."""
    chosen: str


@dataclass(frozen=True, slots=True)
class GridPage:
    menus: tuple[Menu, ...]
    days: tuple[tuple[str, str, str], ...]
    """(name, label, what was given) of each day of the form."""
    refusal: str
    """Why a day that was typed filters nothing."""
    filtered: bool
    module_title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[Column, Cell], ...], ...]
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
    columns = shown_on(Output.SCREEN, columns_of(course, report.calculator.modules, wanted.module))
    fields, misread = wanted.fields(), dict(wanted.misread)
    return GridPage(
        menus=menus(course, scope, wanted, report.calculator.modules),
        days=tuple(
            (name, f"{words[0].upper()}{words[1:].removesuffix(' le')}", fields.get(name, misread.get(name, "")))
            for name, words in zip(DAYS, DAY_WORDS, strict=True)
        ),
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


def menus(course: Course, scope: ReportScope, wanted: ReportFilter, modules: tuple[str, ...]) -> tuple[Menu, ...]:
    """The filters. A territory or a cohort that the reader may not look at is not named."""
    nodes = scope.territories or frozenset(scope.tree.nodes)
    waves = sorted({scope.waves[node] for node in nodes if node in scope.waves})
    return (
        _menu("territoire", "Territoire", "Tous", [(node, scope.tree.path_name(node)) for node in scope.tree.nodes if node in nodes], wanted.territory),
        _menu("cohorte", "Cohorte", "Toutes", [(str(key), name) for key, name in scope.cohorts.items()], wanted.cohort),
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
        _menu("module", "Détail", "Tous les modules", [(module, course.modules[module].title) for module in modules], wanted.module),
        _menu("tri", "Ordre", "", list(ORDERS.items()), wanted.order),
    )


def _menu(name: str, label: str, everything: str, choices: list[tuple[str, str]], chosen: object) -> Menu:
    return Menu(name, label, everything, tuple(choices), "" if chosen is None else str(chosen))


DAY_WORDS = ("compte ouvert depuis le", "compte ouvert jusqu’au", "période depuis le", "période jusqu’au")


def filter_words(report: PeopleReport, *, ordered: bool = True) -> str:
    """The filter in words, for a file that is read away from the screen. `ordered`: with the order, which matters to a list alone."""
    wanted = report.filter.of_people()
    chosen = [
        f"{menu.label.lower()} : {words}"
        for menu in menus(report.course, report.scope, wanted, report.calculator.modules)
        for value, words in menu.choices
        if value == menu.chosen and (ordered or menu.name != "tri")
    ]
    days = [f"{words} {day:%d/%m/%Y}" for words, day in zip(DAY_WORDS, (wanted.since, wanted.until, *wanted.period), strict=True) if day]
    return " ; ".join([*chosen, *days])
