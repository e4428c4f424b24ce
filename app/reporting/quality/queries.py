"""The pages of quality: the results that everybody may read, and the tiles with their evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from weakref import WeakKeyDictionary

from msgspec import Struct
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.content.values.surveys import Measure
from app.identity.models import Person
from app.learner.surveys.queries import figures, results
from app.platform.french import day_of
from app.record.progress.models import NEVER, PersonFigures
from app.reporting.grid.columns import day_if_any
from app.reporting.quality.evidence import Evidence, count_evidence, evidence, is_whole
from app.reporting.quality.models import ONLY, QualityNight
from app.reporting.quality.rules import CRITERIA, GUIDE, Indicator, Learnt, QualityCriterion, YearResult, last_quarter, year_of, year_results
from app.reporting.surveys.queries import ShownFigure, shown_figure

LIVE = 5_000
"""People up to whom the page counts by itself."""
READ_AT_ONCE = 5_000
"""Rows in memory, of those that a night goes through."""


class ResultsPage(Struct, frozen=True):
    """The results of the whole site, the same all day."""

    until: date
    years: tuple[YearResult, ...]
    figures: tuple[ShownFigure, ...]


class QualityTile(Struct, frozen=True):
    indicator: Indicator
    evidence: tuple[Evidence, ...]


class QualityPage(Struct, frozen=True):
    criteria: tuple[tuple[QualityCriterion, tuple[QualityTile, ...]], ...]
    computed_at: datetime
    live: bool
    """Counted as the page is opened; else in the night."""
    guide: str = GUIDE


def results_page(session: Session, course: Course, on: date) -> ResultsPage:
    told = figures(results(session, course, on))
    return ResultsPage(last_quarter(on), _published_years(session, on), tuple(shown_figure(measure, told.get(measure)) for measure in Measure))


def settled(session: Session) -> QualityNight | None:
    """What the night counted, of a site so large that nobody should wait for it."""
    large = session.scalar(select(PersonFigures.person_id).order_by(PersonFigures.person_id).offset(LIVE).limit(1)) is not None  # nobody is counted behind it
    night = session.get(QualityNight, ONLY) if large else None
    return night if night and is_whole(night.counts) else None


def _published_years(session: Session, on: date) -> tuple[YearResult, ...]:
    night = settled(session)
    if night and day_of(night.settled_at) <= on and last_quarter(day_of(night.settled_at)) == last_quarter(on):
        return tuple(year_of(one) for one in night.years)
    return _years(session, on)


_kept: WeakKeyDictionary[Engine, tuple[date, tuple[YearResult, ...]]] = WeakKeyDictionary()
"""Of each database, the day and what was told then: a page that anybody may open reads everybody once a day and process."""


def _years(session: Session, on: date) -> tuple[YearResult, ...]:
    engine = session.get_bind().engine
    kept = _kept.get(engine)
    if kept is None or kept[0] != on:
        kept = _kept[engine] = on, years_now(session, on)
    return kept[1]


def years_now(session: Session, on: date) -> tuple[YearResult, ...]:
    return year_results(_learnt(session), last_quarter(on))


def _learnt(session: Session) -> Iterator[Learnt]:
    """One SELECT of four columns, whose rows come as they are read. Equal ones are one value: whoever holds a million of them holds few."""
    columns = (PersonFigures.first_at, PersonFigures.last_at, PersonFigures.completed_at, PersonFigures.finished)
    rows = session.execute(select(*columns).where(PersonFigures.first_at.is_not(None)), execution_options={"yield_per": READ_AT_ONCE})
    alike: dict[Learnt, Learnt] = {}
    for first, last, completed, finished in rows:
        if first is not None:
            one = Learnt(day_of(first), day_of(last) if last != NEVER else day_of(first), day_of(completed) if completed and finished else None)
            yield alike.setdefault(one, one)


def quality_page(session: Session, course: Course, now: datetime) -> QualityPage:
    night = settled(session)
    counts = night.counts if night else count_evidence(session)
    found: Mapping[int, tuple[Evidence, ...]] = evidence(session, course, counts, day_of(now))
    tiles = ((criterion, tuple(QualityTile(one, found.get(one.number, ())) for one in criterion.indicators)) for criterion in CRITERIA)
    return QualityPage(tuple(tiles), night.settled_at if night else now, live=night is None)


class SampledPerson(Struct, frozen=True):
    id: int
    name: str
    begun: date | None
    done: date | None


class SamplePage(Struct, frozen=True):
    """The people of one draw, in its order."""

    token: str
    people: tuple[SampledPerson, ...]


def sample_page(session: Session, token: str, numbers: Sequence[int]) -> SamplePage:
    columns = (Person.id, Person.name, PersonFigures.first_at, PersonFigures.completed_at)
    rows = session.execute(select(*columns).join(PersonFigures, PersonFigures.person_id == Person.id).where(Person.id.in_(numbers)))
    found = {row.id: SampledPerson(row.id, row.name, day_if_any(row.first_at), day_if_any(row.completed_at)) for row in rows}
    return SamplePage(token, tuple(found[number] for number in numbers if number in found))
