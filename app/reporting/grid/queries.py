"""`/pilotage/grille`: people × modules, or × the elements of one module. Fewer than ten statements, whatever the size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.french import number
from app.identity.rules import Side
from app.reporting.grid.columns import SHORT_SIDES, Cell, Heading, cells, headings, place_names
from app.reporting.grid.rows import Line, Reader
from app.reporting.scope.filters import ORDERS, Asked
from app.reporting.scope.reach import Reach
from app.reporting.scope.rules import SITUATION_WORDS, percentage

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """One filter of the form."""

    name: str
    label: str
    all: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    name: str
    url: str
    places: str
    situation: str
    done: int
    required: int
    percent: str
    last_at: datetime | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class GridPage:
    menus: tuple[Menu, ...]
    since: str
    until: str
    refusal: str
    """Why a day that was typed filters nothing."""
    filtered: bool
    module_title: str
    headings: tuple[Heading, ...]
    heading_urls: tuple[str, ...]
    """A module's column leads to its elements."""
    rows: tuple[Row, ...]
    total: int
    next_url: str
    first_url: str
    """Back to the beginning; empty on the first page."""
    modules_url: str
    csv_url: str
    xlsx_url: str
    pdf_url: str
    computed_at: datetime


def grid_page(session: Session, course: Course, reach: Reach, asked: Asked, now: datetime) -> GridPage:
    reader = Reader(session, course, reach, asked, now)
    batch = reader.batch(PER_PAGE)
    shown = headings(course, reader.calculator.modules, asked.module)
    fields = asked.fields()
    without_module = {name: value for name, value in fields.items() if name != "module"}
    return GridPage(
        menus=menus(course, reach, asked, reader.calculator.modules),
        since=fields.get("du", dict(asked.misread).get("du", "")),
        until=fields.get("au", dict(asked.misread).get("au", "")),
        refusal=asked.refusal,
        filtered=bool(fields.keys() - {"tri", "module"}),
        module_title=course.modules[asked.module].title if asked.module else "",
        headings=shown,
        heading_urls=tuple("" if asked.module else _grid(**{**fields, "module": heading.id}) for heading in shown),
        rows=tuple(_row(line, shown, asked.module, reach) for line in batch.lines),
        total=batch.total,
        next_url=_grid(**fields, apres=batch.lines[-1].place) if batch.more else "",
        first_url=_grid(**fields) if asked.after else "",
        modules_url=_grid(**without_module),
        csv_url=_address("grid_csv", fields),
        xlsx_url=_address("grid_xlsx", fields),
        pdf_url=url_for("printing.report_pdf", **fields),  # type: ignore[arg-type]
        computed_at=now,
    )


def _grid(**fields: str) -> str:
    return _address("grid", fields)


def _address(view: str, fields: Mapping[str, Any]) -> str:
    return url_for(f"reporting.{view}", **fields)


def _row(line: Line, shown: tuple[Heading, ...], module: str, reach: Reach) -> Row:
    path = line.figures.path
    return Row(
        id=line.id,
        name=line.name,
        url=url_for("reporting.person", person_id=line.id),
        places=place_names(line, reach),
        situation=SITUATION_WORDS[line.situation],
        done=path.done,
        required=path.required,
        percent=number(float(percentage(path)), 1),
        last_at=line.last_at,
        cells=cells(line, shown, module),
    )


def menus(course: Course, reach: Reach, asked: Asked, modules: tuple[str, ...]) -> tuple[Menu, ...]:
    """The filters. A territory or a cohort that the reader may not look at is not named."""
    nodes = reach.nodes or frozenset(reach.tree.nodes)
    waves = sorted({reach.waves[node] for node in nodes if node in reach.waves})
    return (
        _menu("territoire", "Territoire", "Tous", [(node, reach.tree.path_name(node)) for node in reach.tree.nodes if node in nodes], asked.territory),
        _menu("cohorte", "Cohorte", "Toutes", [(str(key), name) for key, name in reach.cohorts.items()], asked.cohort),
        _menu("etat", "Situation", "Toutes", [(one.value, words) for one, words in SITUATION_WORDS.items()], asked.situation),
        _menu("vague", "Vague de labellisation", "Toutes", [(str(wave), f"{wave}{'re' if wave == 1 else 'e'} vague") for wave in waves], asked.wave),
        _menu("cote", "Employeur", "Tous", [(side.value, SHORT_SIDES[side]) for side in Side], asked.side),
        _menu("module", "Détail", "Tous les modules", [(each, course.modules[each].title) for each in modules], asked.module),
        _menu("tri", "Ordre", "", list(ORDERS.items()), asked.order),
    )


def _menu(name: str, label: str, everything: str, choices: list[tuple[str, str]], chosen: object) -> Menu:
    value = "" if chosen is None else str(chosen)
    return Menu(name, label, everything, tuple(Choice(key, words, key == value) for key, words in choices))


def filter_words(reader: Reader) -> str:
    """The filter in words, for a file that is read away from the screen."""
    asked = reader.asked
    chosen = [
        f"{menu.label.lower()} : {choice.label}"
        for menu in menus(reader.course, reader.reach, asked, reader.calculator.modules)
        for choice in menu.choices
        if choice.chosen
    ]
    days = [f"{words} {day:%d/%m/%Y}" for words, day in (("compte ouvert depuis le", asked.since), ("compte ouvert jusqu’au", asked.until)) if day]
    return " ; ".join([*chosen, *days])
