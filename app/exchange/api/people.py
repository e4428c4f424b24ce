"""People of a territory, and where each of them stands: the very columns of the grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from app.content.values.course import Course
from app.exchange.api.reading import ApiAnswer, ApiReading, Item
from app.exchange.api.rules import code
from app.identity.models import Person
from app.identity.territories.rules import TerritoryTree
from app.platform.french import day_of
from app.record.progress.models import ElementState, PersonFigures
from app.record.progress.rules import Progress, ProgressState
from app.reporting.grid.columns import COLUMNS
from app.reporting.grid.rows import ReportRow
from app.reporting.scope.rules import percentage


def people(reading: ApiReading) -> ApiAnswer:
    rows, following = _rows(reading)
    numbers = [row.id for row in rows]
    addresses: dict[int, str] = dict(reading.session.execute(select(Person.id, Person.email).where(Person.id.in_(numbers))).all())
    return ApiAnswer([_person(row, addresses[row.id], reading.scope.tree) for row in rows], numbers, following)


def progress(reading: ApiReading) -> ApiAnswer:
    rows, following = _rows(reading)
    return ApiAnswer([standing_of(row) for row in rows], [row.id for row in rows], following)


def person_progress(reading: ApiReading) -> ApiAnswer:
    """Returns the progress of one person, with each element of the course that concerns them."""
    told = progress(reading)
    return ApiAnswer([{**item, "elements": _elements(reading, item["person_id"])} for item in told.items], told.people)


def _rows(reading: ApiReading) -> tuple[Sequence[ReportRow], int | str | None]:
    """By number: a person who comes is at the end, one who changes name stays where they were."""
    found, following = reading.piece(reading.report.selected(), PersonFigures.person_id, _touched)
    return tuple(reading.report.everything(people=[row.key for row in found])), following


def _touched(since: datetime) -> Sequence[ColumnElement[bool]]:
    figures = PersonFigures
    return figures.last_at >= since, figures.completed_at >= since, figures.enrolled_at >= since


def _person(row: ReportRow, address: str, tree: TerritoryTree) -> Item:
    return {
        "id": row.id,
        "name": row.name,
        "email": address,
        "employer": code(row.side) if row.side else None,
        "territories": [{"id": node, "name": tree.path_name(node)} for node in row.territories],
        "cohorts": list(row.cohorts),
        "account_opened_on": day_of(row.since),
    }


def standing_of(row: ReportRow) -> dict[str, Any]:
    """What the grid and its files tell of a person's path, under the names of the API, and each module."""
    told = {column.key: code(column.code(row)) if column.code else column.value(row) for column in COLUMNS if column.key}
    return {"person_id": row.id, **told, "modules": [_module(module, counts) for module, counts in row.figures.modules.items()]}


def _module(module_id: str, counts: Progress) -> Mapping[str, Any]:
    return {"id": module_id, "done": counts.done, "waived": counts.waived, "required": counts.required, "percentage": percentage(counts)}


def _elements(reading: ApiReading, person_id: int) -> Sequence[Item]:
    """In the order of the course; states and days, never a mark nor an answer."""
    query = select(ElementState.element_id, ElementState.state, ElementState.completed_at).where(ElementState.person_id == person_id)
    stored = {row.element_id: row for row in reading.session.execute(query)}
    known = (key for module in reading.course.modules.values() for key in reading.course.elements_of(module))
    return [_element(reading.course, stored[key]) for key in known if key in stored]


def _element(course: Course, row: Any) -> Item:
    state = ProgressState(row.state)
    kind = "lesson" if row.element_id in course.lessons else "quiz"
    return {"id": row.element_id, "kind": kind, "state": code(state), "completed_on": day_of(row.completed_at) if state.done and row.completed_at else None}
