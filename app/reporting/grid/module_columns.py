"""The columns of modules: one each, or, where the report details one, that module as a whole and each of its elements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from msgspec.structs import replace

from app.platform.french import number
from app.record.progress.cards import state_words
from app.record.progress.due import TIMELINESS_WORDS, Timeliness, timeliness
from app.record.progress.rules import Progress, ProgressState
from app.reporting.grid import columns
from app.reporting.grid.columns import DETAIL, GridCell, GridColumn, Output, PersonColumn, due_cell, due_words, element_title, ratio
from app.reporting.grid.rows import PeopleReport, ReportRow
from app.reporting.scope.rules import MODULE_WORDS, module_state, percentage


def columns_of(report: PeopleReport) -> tuple[PersonColumn, ...]:
    """All the columns of a report: those of `COLUMNS`, then the modules of the course or, where the report details one, its elements."""
    course, modules, module = report.course, report.calculator.modules, report.filter.module
    if module:
        whole = [replace(column, outputs=Output.FILES) if column.name in OF_THE_PATH else column for column in columns.COLUMNS]
        elements = (_element_column(element, element_title(course, element)) for element in course.elements_of(course.modules[module]))
        return (*whole, *_whole_module(module, report.scope.on), *elements)
    return (*columns.COLUMNS, *(column for each in modules for column in _module_columns(each, course.modules[each].title)))


OF_THE_PATH = frozenset({"Situation", "Échéance", "Avancement (%)"})
"""What a report on one module tells of that module instead; files tell both."""


def _whole_module(module_id: str, today: date) -> Iterator[PersonColumn]:
    def progress(row: ReportRow) -> Progress:
        return row.figures.modules[module_id]

    def words(row: ReportRow) -> str:
        state = module_state(progress(row))
        return MODULE_WORDS[state] if state else "rien n’est demandé"

    def due(row: ReportRow) -> date | None:
        return None if progress(row).complete else row.figures.module_dues.get(module_id) or row.figures.due_on

    def state(row: ReportRow) -> Timeliness:
        return timeliness(progress(row).finished, due(row), today)

    def state_of_due(row: ReportRow) -> str:
        return due_words(state(row), due(row))

    yield GridColumn(
        "Situation dans le module",
        "Pas commencé, commencé, ou terminé.",
        words,
        heading="Dans le module",
        cell=lambda row: GridCell(words(row).capitalize()),
        share=1.1,
    )
    yield GridColumn(
        "Avancement dans le module (%)",
        "Éléments du module faits sur ceux qu’il demande, arrondi au dixième inférieur.",
        lambda row: percentage(progress(row)),
        heading="Avancement",
        cell=lambda row: GridCell(f"{number(float(percentage(progress(row))), 1)} %", ratio(progress(row))),
        printed=lambda row: f"{number(float(percentage(progress(row))), 1)} % ({ratio(progress(row))})",
        share=1.6,
        numeric=True,
    )
    yield GridColumn(
        "Échéance du module",
        "Le jour pour lequel ce module est à terminer : le sien, ou celui du parcours ; vide s’il est terminé.",
        due,
        heading="Échéance",
        cell=lambda row: due_cell(state_of_due(row)),
        printed=state_of_due,
        share=1.3,
    )
    yield GridColumn(
        "Délai du module",
        "En retard, à l’heure, sans échéance, ou terminé : le module seul.",
        lambda row: TIMELINESS_WORDS[state(row)],
        Output.FILES,
    )


def _element_column(element_id: str, title: str) -> PersonColumn:
    def words(row: ReportRow) -> str:
        return state_words(row.states.get(element_id))

    def cell(row: ReportRow) -> GridCell:
        progress = row.states.get(element_id)
        return GridCell(state_words(progress), state=progress.state if progress else ProgressState.NOT_STARTED)

    return GridColumn(
        title, "L’état de cet élément pour la personne, comme sur sa page de progression.", words, cell=cell, rank=DETAIL, share=1, explained=False
    )


def _module_columns(module_id: str, title: str) -> Iterator[PersonColumn]:
    """Two figures in a file, one sign elsewhere."""
    yield GridColumn(f"{title} : faits", "Éléments du module faits.", lambda row: row.figures.modules[module_id].done, Output.FILES, explained=False)
    yield GridColumn(
        f"{title} : dispensés",
        "Parmi eux, ceux dont la personne est dispensée.",
        lambda row: row.figures.modules[module_id].waived,
        Output.FILES,
        explained=False,
    )
    yield GridColumn(
        f"{title} : demandés", "Éléments que le module demande.", lambda row: row.figures.modules[module_id].required, Output.FILES, explained=False
    )

    def cell(row: ReportRow) -> GridCell:
        return _module_cell(row.figures.modules[module_id])

    yield GridColumn(title, "", lambda row: cell(row).text, Output.SCREEN | Output.PAPER, cell=cell, rank=DETAIL, share=1, explained=False, module_id=module_id)


@lru_cache(maxsize=5_000)
def _module_cell(progress: Progress) -> GridCell:
    if not progress.required:
        return GridCell("rien n’est demandé", state=ProgressState.NOT_STARTED)
    return GridCell(ratio(progress), state=_module_state(progress))


def _module_state(progress: Progress) -> ProgressState:
    """Waived as long as nothing else is done."""
    if not progress.done:
        return ProgressState.NOT_STARTED
    if progress.done == progress.waived:
        return ProgressState.WAIVED
    return ProgressState.COMPLETE if progress.complete else ProgressState.IN_PROGRESS
