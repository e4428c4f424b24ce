"""Which people a report holds and in what order, told by one index of `person_figures`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, exists, false, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.french import PARIS
from app.identity.models import Membership
from app.identity.territories.scope import belongs_on
from app.learning.progress.models import NEVER, CohortMember, PersonFigures
from app.reporting.scope.filters import Asked
from app.reporting.scope.reach import Reach
from app.reporting.scope.rules import STUCK_AFTER, Situation
from app.web import edge

Figures = PersonFigures

_KEYS: dict[str, InstrumentedAttribute[Any]] = {
    "nom": Figures.name_key,
    "inscription": Figures.opened_at,
    "activite": Figures.last_at,
    "avancement": Figures.share,
}


def key_of(asked: Asked) -> InstrumentedAttribute[Any]:
    """What the list is sorted by; the person's number comes next."""
    return _KEYS[asked.order.lstrip("-")]


def chosen(reach: Reach, asked: Asked, now: datetime) -> CTE:
    """(number, key) of everybody whom the filter keeps. Worked out once, then counted and sorted: no order needs an index of its own."""
    kept = select(Figures.person_id, key_of(asked).label("key")).where(*kept_by(reach, asked, now))
    return kept.cte("kept").prefix_with("MATERIALIZED")


def kept_by(reach: Reach, asked: Asked, now: datetime) -> list[ColumnElement[bool]]:
    """In reach, in the reports, and kept by the filter."""
    found: list[ColumnElement[bool]] = [Figures.counted.expression, _reached(reach)]
    if asked.territory:
        found.append(_lives_in(reach.tree.under([asked.territory]), reach))
    if asked.cohort is not None:
        found.append(_learns_in([asked.cohort]))
    if asked.wave is not None:
        found.append(_lives_in((cite for cite, wave in reach.waves.items() if wave == asked.wave), reach))
    if asked.side is not None:
        found.append(Figures.side == asked.side.value)
    if asked.situation is not None:
        found.append(is_in(asked.situation, now))
    return found + _opened_between(asked)


def is_in(situation: Situation, now: datetime) -> ColumnElement[bool]:
    """What `rules.situation` says, said to the database."""
    if situation is Situation.FINISHED:
        return Figures.finished.expression
    silent = {
        Situation.NOT_STARTED: Figures.last_at == NEVER,
        Situation.STUCK: and_(Figures.last_at > NEVER, Figures.last_at < now - STUCK_AFTER),
        Situation.STARTED: Figures.last_at >= now - STUCK_AFTER,
    }
    return and_(~Figures.finished, silent[situation])


def _reached(reach: Reach) -> ColumnElement[bool]:
    if reach.everything:
        return true()
    parts = [_lives_in(reach.nodes, reach)] if reach.nodes else []
    parts += [_learns_in(reach.training)] if reach.training else []
    return or_(*parts) if parts else false()


def _lives_in(nodes: Iterable[str], reach: Reach) -> ColumnElement[bool]:
    """The one territory of most people stands in the index; those who have several are looked up."""
    wanted = sorted(nodes)
    if len(wanted) == len(reach.tree.nodes):
        return Figures.place != ""
    others = exists().where(Membership.person_id == Figures.person_id, Membership.territory_id.in_(wanted), belongs_on(reach.on))
    return or_(Figures.place.in_(wanted), and_(Figures.several, others))


def _learns_in(cohorts: Iterable[int]) -> ColumnElement[bool]:
    return Figures.person_id.in_(select(CohortMember.person_id).where(CohortMember.cohort_id.in_(sorted(cohorts)), ~CohortMember.trainer))


def _opened_between(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.since:
        found.append(Figures.opened_at >= datetime.combine(asked.since, datetime.min.time(), PARIS))
    if asked.until:
        found.append(Figures.opened_at < datetime.combine(asked.until + timedelta(days=1), datetime.min.time(), PARIS))
    return found


# --- A page ----------------------------------------------------------------------------------------------------------


def total(kept: CTE) -> ColumnElement[int]:
    return select(func.count()).select_from(kept).scalar_subquery()


def ordered(kept: CTE, asked: Asked) -> Any:
    """(number, key) from the place asked for. Nothing is skipped or shown twice, whatever comes or goes before it."""
    down = asked.order.startswith("-")
    place = tuple_(kept.c.key, kept.c.person_id)
    rows = select(kept.c.person_id, kept.c.key).order_by(*((kept.c.key.desc(), kept.c.person_id.desc()) if down else (kept.c.key, kept.c.person_id)))
    last = _read_place(asked)
    if last is None:
        return rows
    return rows.where(place < last if down else place > last)


def place_of(key: Any, number: int) -> str:
    """As an address writes it."""
    return f"{key.isoformat() if isinstance(key, datetime) else key}~{number}"


def _read_place(asked: Asked) -> Any:
    """None for the beginning, and for nonsense."""
    written, _, number = asked.after.rpartition("~")
    column = key_of(asked)
    try:
        value: Any = written if column is Figures.name_key else edge.bounded_int(written) if column is Figures.share else _moment(written)
        return tuple_(literal(value, column.type), literal(edge.bounded_int(number)))
    except ValueError:
        return None


def _moment(written: str) -> datetime:
    moment = edge.parse_moment(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
