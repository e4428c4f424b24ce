"""The grid's columns and cells: one description that the screen, the CSV and the XLSX share, so that they cannot differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.content.values.course import Course
from app.french import day_of
from app.identity.rules import Side
from app.learning.progress.cards import state_words
from app.learning.progress.rules import State
from app.learning.progress.standing import element_of
from app.reporting.grid.rows import Line
from app.reporting.scope.reach import Reach
from app.reporting.scope.rules import SITUATION_WORDS, percentage

SHORT_SIDES = {
    Side.COLLECTIVITE: "collectivité",
    Side.EDUCATION: "Éducation nationale",
    Side.ETAT: "État",
    Side.ASSOCIATION: "association",
    Side.AUTRE: "autre",
}

Value = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file, with the sentence that explains it."""

    name: str
    explanation: str


FIXED = (
    Column("Numéro", "Le numéro de la personne dans Croisée : il distingue deux homonymes."),
    Column("Nom", "Le nom du compte."),
    Column("Territoires", "Les territoires auxquels la personne appartient le jour du calcul."),
    Column("Cohortes", "Les cohortes où la personne apprend."),
    Column("Employeur", "De qui la personne relève, si elle l’a dit."),
    Column("Compte ouvert le", "Le jour d’ouverture du compte, heure de Paris."),
    Column("Dernière activité le", "Le jour de la dernière leçon lue ou du dernier quiz envoyé ; vide si la personne n’a rien fait."),
    Column("Situation", "Pas commencé, en cours, à l’arrêt (rien depuis plus de 21 jours), ou terminé."),
    Column("Éléments faits", "Les éléments demandés par le parcours que la personne a terminés, ou dont elle est dispensée."),
    Column("Éléments demandés", "Les éléments que le parcours demande à cette personne : son parcours est fixé quand elle le commence."),
    Column("Avancement (%)", "Éléments faits sur éléments demandés, arrondi au dixième inférieur."),
    Column("Parcours terminé le", "Le jour où le dernier élément demandé a été fait ; vide tant qu’il en reste."),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One module or one element of one person, on the screen. The words say what the sign shows."""

    state: State
    words: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the screen after the fixed ones."""

    id: str
    title: str


def headings(course: Course, modules: tuple[str, ...], module: str) -> tuple[Heading, ...]:
    """The modules of the course; or the elements of one."""
    if module:
        elements = course.elements_of(course.modules[module])
        return tuple(Heading(element, element_title(course, element)) for element in elements)
    return tuple(Heading(each, course.modules[each].title) for each in modules)


def element_title(course: Course, element_id: str) -> str:
    """A quiz often bears its lesson's title: it says that it is a quiz."""
    element = element_of(course, element_id)
    if element is None:
        return "élément retiré du cours"
    said = element_id in course.lessons or element.title.startswith(("Quiz", "Bilan"))
    return element.title if said else f"Quiz\u202f: {element.title}"


def cells(line: Line, shown: tuple[Heading, ...], module: str) -> tuple[Cell, ...]:
    if module:
        states = [line.states.get(heading.id) for heading in shown]
        return tuple(Cell(one.state if one else State.NOT_STARTED, state_words(one)) for one in states)
    return tuple(_module_cell(line, heading.id) for heading in shown)


def _module_cell(line: Line, module_id: str) -> Cell:
    progress = line.figures.modules[module_id]
    if not progress.required:
        return Cell(State.NOT_STARTED, "rien n’est demandé")
    state = State.COMPLETE if progress.complete else State.IN_PROGRESS if progress.done else State.NOT_STARTED
    return Cell(state, f"{progress.done} sur\u00a0{progress.required}")


def columns(shown: tuple[Heading, ...], module: str) -> tuple[Column, ...]:
    """Every column of a file."""
    if module:
        return FIXED + tuple(Column(heading.title, "L’état de cet élément pour la personne, comme sur sa page de progression.") for heading in shown)
    pairs = (
        (Column(f"{heading.title} : faits", "Éléments du module faits."), Column(f"{heading.title} : demandés", "Éléments que le module demande."))
        for heading in shown
    )
    return FIXED + tuple(column for pair in pairs for column in pair)


def values(line: Line, shown: tuple[Heading, ...], module: str, reach: Reach) -> tuple[Value, ...]:
    """One row of a file, in the order of `columns`."""
    path = line.figures.path
    fixed: tuple[Value, ...] = (
        line.id,
        line.name,
        place_names(line, reach),
        ", ".join(line.cohorts),
        SHORT_SIDES[line.side] if line.side else "",
        _day(line.since),
        _day(line.last_at),
        SITUATION_WORDS[line.situation],
        path.done,
        path.required,
        percentage(path),
        _day(line.figures.completed_at),
    )
    if module:
        return fixed + tuple(state_words(line.states.get(heading.id)) for heading in shown)
    return fixed + tuple(figure for heading in shown for figure in (line.figures.modules[heading.id].done, line.figures.modules[heading.id].required))


def place_names(line: Line, reach: Reach) -> str:
    return ", ".join(reach.tree.path_name(node) for node in line.territories)


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None
