"""Which people a report holds and in what order, told by one index of `person_figures`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, case, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.french import PARIS
from app.identity.territories.scope import StoredPlace, belongs_to
from app.learning.progress.models import NEVER, PersonFigures
from app.reporting.scope.filters import ReportFilter
from app.reporting.scope.queries import ReportScope, in_scope, learns_in
from app.reporting.scope.rules import STUCK_AFTER, PathSituation
from app.web import edge

Figures = PersonFigures
STORED = StoredPlace(Figures.place.expression, Figures.several.expression)
"""Copied when the figures are worked out: a row whose territories changed, or whose day came, is stale and worked out again before it is read."""

_KEYS: dict[str, InstrumentedAttribute[Any]] = {
    "nom": Figures.name_key,
    "inscription": Figures.opened_at,
    "activite": Figures.last_at,
    "avancement": Figures.share,
}


def key_of(wanted: ReportFilter) -> InstrumentedAttribute[Any]:
    """What the list is sorted by; the person's number comes next."""
    return _KEYS[wanted.order.lstrip("-")]


def selected(scope: ReportScope, wanted: ReportFilter, now: datetime) -> CTE:
    """(number, key) of everybody whom the filter keeps. Worked out once, then counted and sorted: no order needs an index of its own."""
    people = select(Figures.person_id, key_of(wanted).label("key")).where(*conditions(scope, wanted, now))
    return people.cte("selected").prefix_with("MATERIALIZED")


def conditions(scope: ReportScope, wanted: ReportFilter, now: datetime) -> list[ColumnElement[bool]]:
    """In the reports, in the reader's scope, and kept by the filter."""
    found: list[ColumnElement[bool]] = [Figures.counted.expression, in_scope(scope, Figures.person_id, stored=STORED)]
    if wanted.territory:
        found.append(belongs_to(Figures.person_id, scope.tree.under([wanted.territory]), scope.on, stored=STORED))
    if wanted.cohort is not None:
        found.append(learns_in(Figures.person_id, [wanted.cohort]))
    if wanted.wave is not None:
        cites = [cite for cite, wave in scope.waves.items() if wave == wanted.wave]
        found.append(belongs_to(Figures.person_id, cites, scope.on, stored=STORED))
    if wanted.side is not None:
        found.append(Figures.side == wanted.side.value)
    if wanted.situation is not None:
        found.append(situation_at(now) == wanted.situation.value)
    if wanted.since:
        found.append(Figures.opened_at >= datetime.combine(wanted.since, datetime.min.time(), PARIS))
    if wanted.until:
        found.append(Figures.opened_at < datetime.combine(wanted.until + timedelta(days=1), datetime.min.time(), PARIS))
    return found


def situation_at(now: datetime) -> ColumnElement[str]:
    """The value of a person's `PathSituation`. Finished when something was asked and all of it is done; a waiver counts, whether or not the person ever came."""
    return case(
        (Figures.finished, PathSituation.FINISHED.value),
        (Figures.last_at == NEVER, PathSituation.NOT_STARTED.value),
        (Figures.last_at < now - STUCK_AFTER, PathSituation.STUCK.value),
        else_=PathSituation.STARTED.value,
    )


# --- A page ----------------------------------------------------------------------------------------------------------


def total(people: CTE) -> ColumnElement[int]:
    return select(func.count()).select_from(people).scalar_subquery()


def ordered(people: CTE, wanted: ReportFilter) -> Any:
    """(number, key) from the place asked for. Nothing is skipped or shown twice, whatever comes or goes before it."""
    down = wanted.order.startswith("-")
    place = tuple_(people.c.key, people.c.person_id)
    rows = select(people.c.person_id, people.c.key).order_by(
        *((people.c.key.desc(), people.c.person_id.desc()) if down else (people.c.key, people.c.person_id))
    )
    last = _read_place(wanted)
    if last is None:
        return rows
    return rows.where(place < last if down else place > last)


def place_of(key: Any, number: int) -> str:
    """As an address writes it."""
    return f"{key.isoformat() if isinstance(key, datetime) else key}~{number}"


def _read_place(wanted: ReportFilter) -> Any:
    """None for the beginning, and for nonsense."""
    written, _, number = wanted.after.rpartition("~")
    column = key_of(wanted)
    try:
        value: Any = written if column is Figures.name_key else edge.bounded_int(written) if column is Figures.share else _moment(written)
        return tuple_(literal(value, column.type), literal(edge.bounded_int(number)))
    except ValueError:
        return None


def _moment(written: str) -> datetime:
    moment = edge.parse_moment(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
