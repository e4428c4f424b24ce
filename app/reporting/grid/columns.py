"""The columns of a report, one list for the screen, the CSV, the XLSX and the printed report. To add one, add it to `COLUMNS`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, Flag, auto
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from app.content.values.course import Course
from app.content.values.paths import element_of
from app.identity.rules import Side
from app.platform.french import day_of, french_date, number, plural
from app.record.progress.cards import state_words
from app.record.progress.due import TIMELINESS_WORDS, Timeliness, timeliness
from app.record.progress.rules import Progress, ProgressState
from app.reporting.grid.rows import PeopleReport, ReportRow
from app.reporting.scope_rules import MODULE_WORDS, SITUATION_WORDS, module_state, percentage

SHORT_SIDES = {
    Side.COLLECTIVITE: "collectivité",
    Side.EDUCATION: "Éducation nationale",
    Side.ETAT: "État",
    Side.ASSOCIATION: "association",
    Side.AUTRE: "autre",
}

Value = str | int | float | Decimal | date | None
Row = TypeVar("Row")


class Output(Flag):
    """Where a column stands. Files: CSV and XLSX alike."""

    FILES = auto()
    SCREEN = auto()
    PAPER = auto()


class GridCell(NamedTuple):
    """What the screen shows: a text or a moment, with it a second line. A link to the person heads the row; a state has a sign."""

    text: str = "–"
    note: str = ""
    at: datetime | None = None
    person_id: int | None = None
    state: ProgressState | None = None


MODULES, MODULES_WORDS = "modules", "Modules, ou étapes du module"
DAYS, DETAIL = 1, 2
"""Ranks of columns: days come after figures, modules and elements last."""


class GridColumn(Struct, Generic[Row], frozen=True):
    """One fact of each row. Without `cell` and `printed`, the screen and the printed report show the value that the files hold."""

    name: str
    """In a file."""
    explanation: str
    value: Callable[[Row], Value]
    outputs: Output = Output.FILES | Output.SCREEN | Output.PAPER
    heading: str = ""
    """On the screen and on paper, where it is not the name."""
    cell: Callable[[Row], GridCell] | None = None
    printed: Callable[[Row], str] | None = None
    rank: int = 0
    """On the screen and on paper columns come in the order of their rank, then of the list; in a file in the list's."""
    width: int = 17
    """In the spreadsheet, in characters."""
    share: float = 1.4
    """Of the printed page, as its columns share it out."""
    explained: bool = True
    """At the end of the printed report."""
    numeric: bool = False
    key: str = ""
    """What the API calls it, where it tells it."""
    code: Callable[[Row], Enum] | None = None
    """What the API tells in the place of words, by its code."""
    choice: str = ""
    """What the address calls it where a reader chooses the columns of the screen (`?colonnes=`); without one, it stands there whatever is chosen."""

    @property
    def title(self) -> str:
        return self.heading or self.name

    @property
    def detail(self) -> bool:
        return self.rank == DETAIL

    def cell_of(self, row: Row) -> GridCell:
        return self.cell(row) if self.cell else GridCell(_words(self.value(row)))

    def on_paper(self, row: Row) -> str:
        return self.printed(row) if self.printed else _words(self.value(row))


PersonColumn = GridColumn[ReportRow]

COLUMNS: tuple[PersonColumn, ...] = (
    GridColumn(
        "Numéro",
        "Le numéro de la personne sur ce site : il distingue deux homonymes.",
        lambda row: row.id,
        Output.FILES,
        width=9,
        explained=False,
    ),
    GridColumn(
        "Nom",
        "Le nom du compte.",
        lambda row: row.name,
        heading="Personne",
        cell=lambda row: GridCell(row.name, row.places, person_id=row.id),
        width=28,
        share=2,
        explained=False,
    ),
    GridColumn(
        "Territoires",
        "Les territoires auxquels la personne appartient le jour du calcul.",
        lambda row: row.places,
        Output.FILES | Output.PAPER,
        width=28,
        share=1.8,
        explained=False,
    ),
    GridColumn("Cohortes", "Les cohortes où la personne apprend.", lambda row: ", ".join(row.cohorts), Output.FILES, width=28, explained=False),
    GridColumn(
        "Employeur",
        "De qui la personne relève, si elle l’a dit.",
        lambda row: SHORT_SIDES[row.side] if row.side else "",
        Output.FILES,
        explained=False,
        choice="employeur",
    ),
    GridColumn(
        "Compte ouvert le",
        "Le jour d’ouverture du compte, heure de Paris.",
        lambda row: day_of(row.since),
        Output.FILES,
        rank=DAYS,
        explained=False,
        choice="ouvert",
    ),
    GridColumn(
        "Dernière activité le",
        "Le jour de la dernière leçon lue ou du dernier quiz envoyé ; vide si la personne n’a rien fait.",
        lambda row: day_if_any(row.last_at),
        heading="Dernière activité",
        cell=lambda row: GridCell(at=row.last_at),
        rank=DAYS,
        key="last_activity_on",
        choice="activite",
    ),
    GridColumn(
        "Situation",
        "Pas commencé, en cours, à l’arrêt (rien depuis plus de 21 jours), ou terminé.",
        lambda row: SITUATION_WORDS[row.situation],
        cell=lambda row: GridCell(SITUATION_WORDS[row.situation].capitalize()),
        share=1.1,
        key="situation",
        choice="situation",
        code=lambda row: row.situation,
    ),
    GridColumn(
        "Étapes faites",
        "Les étapes demandées par le parcours que la personne a terminées, ou dont elle est dispensée.",
        lambda row: row.figures.path.done,
        Output.FILES,
        key="done",
    ),
    GridColumn(
        "Étapes dispensées",
        "Parmi les étapes faites, celles dont la personne est dispensée : elle n’a pas eu à les suivre.",
        lambda row: row.figures.path.waived,
        Output.FILES,
        key="waived",
    ),
    GridColumn(
        "Étapes demandées",
        "Les étapes que le parcours demande à cette personne : son parcours est fixé quand elle le commence.",
        lambda row: row.figures.path.required,
        Output.FILES,
        key="required",
    ),
    GridColumn(
        "Avancement (%)",
        "Étapes faites sur étapes demandées, arrondi au dixième inférieur.",
        lambda row: percentage(row.figures.path),
        heading="Avancement",
        cell=lambda row: GridCell(_percent(row.figures.path), ratio(row.figures.path)),
        printed=lambda row: f"{_percent(row.figures.path)} ({ratio(row.figures.path)})",
        share=1.6,
        numeric=True,
        key="percentage",
        choice="avancement",
    ),
    GridColumn(
        "Parcours terminé le",
        "Le jour où la dernière étape demandée a été faite ; vide tant qu’il en reste.",
        lambda row: day_if_any(row.figures.completed_at),
        Output.FILES | Output.PAPER,
        heading="Parcours terminé",
        rank=DAYS,
        key="completed_on",
        choice="termine",
    ),
    GridColumn(
        "Échéance",
        "Le jour pour lequel le parcours est à terminer : celui de la cohorte, du parcours, ou fixé pour cette personne ; vide sans échéance.",
        lambda row: row.figures.due_on,
        cell=lambda row: due_cell(_due_words(row)),
        printed=lambda row: _due_words(row),
        share=1.3,
        key="due_on",
        choice="echeance",
    ),
    GridColumn(
        "Délai",
        "En retard, à l’heure, sans échéance, ou terminé. En retard : le lendemain d’une échéance, du parcours ou d’une de ses étapes, s’il reste à y faire.",
        lambda row: TIMELINESS_WORDS[row.timeliness],
        Output.FILES,
        key="timeliness",
        code=lambda row: row.timeliness,
    ),
)


def in_files(columns: Sequence[PersonColumn]) -> tuple[PersonColumn, ...]:
    return tuple(column for column in columns if Output.FILES in column.outputs)


def output_columns(output: Output, columns: Sequence[PersonColumn], chosen: Collection[str] = ()) -> tuple[PersonColumn, ...]:
    """Returns the columns of an output, the screen or the printed report, in order. `chosen`: of those that may be chosen, these alone."""
    shown = (column for column in columns if (column.choice in chosen if chosen and column.choice else output in column.outputs))
    return tuple(sorted(shown, key=lambda column: column.rank))


def column_choices(columns: Sequence[PersonColumn], chosen: Collection[str]) -> tuple[tuple[str, str, bool], ...]:
    """Returns what a reader may choose of the screen: (name in the address, words, whether it stands there)."""
    there = {column.choice for column in output_columns(Output.SCREEN, columns, chosen)}
    ranked = sorted((column for column in columns if column.choice), key=lambda column: column.rank)
    words = {column.choice: MODULES_WORDS if column.detail else column.title for column in ranked}
    return tuple((name, said, name in there) for name, said in words.items())


def element_title(course: Course, element_id: str) -> str:
    """A quiz often bears its lesson's title: it says that it is a quiz."""
    element = element_of(course, element_id)
    if element is None:
        return "étape retirée du cours"
    plain = element_id in course.lessons or element.title.startswith(("Quiz", "Bilan"))
    return element.title if plain else f"Quiz : {element.title}"


def due_words(state: Timeliness, day: date | None) -> str:
    """« en retard, 5 novembre 2026 ». `day`: the one that the state is about, where it has one."""
    words = TIMELINESS_WORDS[state]
    return f"{words}, {french_date(day)}" if day and state in (Timeliness.LATE, Timeliness.ON_TIME) else words


def due_cell(words: str) -> GridCell:
    """The words of `due_words` on two lines: the state, then its day."""
    state, _, day = words.partition(", ")
    return GridCell(state.capitalize(), day)


def _due_words(row: ReportRow) -> str:
    """Of a step that is late, its own day."""
    figures = row.figures
    return due_words(row.timeliness, figures.next_due_on if row.timeliness is Timeliness.LATE else figures.due_on or figures.next_due_on)


def _words(value: Value) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return french_date(value)
    if isinstance(value, Decimal | float):
        return number(float(value), 1)
    return value if isinstance(value, str) else number(value)


def _percent(progress: Progress) -> str:
    return f"{number(float(percentage(progress)), 1)} %"


def ratio(progress: Progress) -> str:
    spared = f", dont {plural(progress.waived, 'dispensée')}" if progress.waived else ""
    return f"{progress.done} sur {progress.required}{spared}"


def day_if_any(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None


# --- The columns of modules ---
# One each, or, where the report details one, that module as a whole and each of its elements.


def columns_of(report: PeopleReport) -> tuple[PersonColumn, ...]:
    """All the columns of a report: those of `COLUMNS`, then the modules of the course or, where the report details one, its elements."""
    course, modules, module = report.course, report.calculator.modules, report.filter.module
    if module:
        whole = [replace(column, outputs=Output.FILES, choice="") if column.name in OF_THE_PATH else column for column in COLUMNS]
        elements = (_element_column(element, element_title(course, element)) for element in course.elements_of(course.modules[module]))
        return (*whole, *_whole_module(module, report.scope.on), *elements)
    return (*COLUMNS, *(column for each in modules for column in _module_columns(each, course.modules[each].title)))


OF_THE_PATH = frozenset({"Situation", "Échéance", "Avancement (%)"})
"""What a report on one module tells of that module instead; files tell both."""


def _whole_module(module_id: str, today: date) -> Iterator[PersonColumn]:
    def progress(row: ReportRow) -> Progress:
        return row.figures.modules[module_id]

    def words(row: ReportRow) -> str:
        state = module_state(progress(row))
        return MODULE_WORDS[state] if state else "rien n’est demandé"

    yield GridColumn(
        "Situation dans le module",
        "Pas commencé, commencé, ou terminé.",
        words,
        heading="Dans le module",
        cell=lambda row: GridCell(words(row).capitalize()),
        share=1.1,
        choice="situation",
    )
    yield GridColumn(
        "Avancement dans le module (%)",
        "Étapes du module faites sur celles qu’il demande, arrondi au dixième inférieur.",
        lambda row: percentage(progress(row)),
        heading="Avancement",
        cell=lambda row: GridCell(_percent(progress(row)), ratio(progress(row))),
        printed=lambda row: f"{_percent(progress(row))} ({ratio(progress(row))})",
        share=1.6,
        numeric=True,
        choice="avancement",
    )
    yield from _module_due(module_id, today)


def _module_due(module_id: str, today: date) -> Iterator[PersonColumn]:
    def due(row: ReportRow) -> date | None:
        return None if row.figures.modules[module_id].complete else row.figures.module_dues.get(module_id) or row.figures.due_on

    def state(row: ReportRow) -> Timeliness:
        return timeliness(row.figures.modules[module_id].finished, due(row), today)

    yield GridColumn(
        "Échéance du module",
        "Le jour pour lequel ce module est à terminer : le sien, ou celui du parcours ; vide s’il est terminé.",
        due,
        heading="Échéance",
        cell=lambda row: due_cell(due_words(state(row), due(row))),
        printed=lambda row: due_words(state(row), due(row)),
        share=1.3,
        choice="echeance",
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
        title,
        "L’état de cette étape pour la personne, comme sur sa page de progression.",
        words,
        cell=cell,
        rank=DETAIL,
        share=1,
        explained=False,
        choice=MODULES,
    )


def _module_columns(module_id: str, title: str) -> Iterator[PersonColumn]:
    """Two figures in a file, one sign elsewhere."""
    yield GridColumn(f"{title} : faites", "Étapes du module faites.", lambda row: row.figures.modules[module_id].done, Output.FILES, explained=False)
    yield GridColumn(
        f"{title} : dispensées",
        "Parmi elles, celles dont la personne est dispensée.",
        lambda row: row.figures.modules[module_id].waived,
        Output.FILES,
        explained=False,
    )
    yield GridColumn(
        f"{title} : demandées", "Étapes que le module demande.", lambda row: row.figures.modules[module_id].required, Output.FILES, explained=False
    )

    def cell(row: ReportRow) -> GridCell:
        return _module_cell(row.figures.modules[module_id])

    yield GridColumn(
        title,
        "",
        lambda row: cell(row).text,
        Output.SCREEN | Output.PAPER,
        cell=cell,
        rank=DETAIL,
        share=1,
        explained=False,
        choice=MODULES,
    )


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
